import type { BucketPlan } from "../components/barman/files.ts";
import type { Endpoint, Flow, HostPlan, HostRole, Topology } from "../components/model.ts";
import { PORTS } from "../components/ports.ts";
import type { ApplicationRole } from "../components/postgres/application-roles.ts";
import type { Config } from "./config/schema.ts";
import { flowTable } from "./flows.ts";

/** What only the platform can say before anything exists: where the hosts will be, and who comes from where. */
export interface AddressPlan {
  readonly network: string;
  /** Private address of the n-th host (from 0) of a role. */
  addressOf(role: HostRole, index: number): string;
  readonly administrators: readonly string[];
  readonly clients: readonly string[];
  readonly clientNames: readonly string[];
  readonly clientAddresses: readonly string[];
  /** Where backups go. */
  readonly bucket: BucketPlan;
  /** Hosts outside of the cluster that have no other name. */
  readonly outside: readonly { readonly name: string; readonly address: string }[];
  /** Of a balancer before the proxies, which asks for their health; empty where there is none. */
  readonly balancer: readonly string[];
}

const SHORT_NAME: Record<HostRole, string> = { database: "db", proxy: "proxy", operations: "ops" };

const ENDPOINTS: readonly Endpoint[] = [
  {
    name: "writer",
    port: PORTS.pgbouncerWriter,
    pooled: true,
    description: "transaction pool on the current primary",
  },
  {
    name: "reader",
    port: PORTS.pgbouncerReader,
    pooled: true,
    description: "transaction pool on the standbys (the primary when there is none)",
  },
  {
    name: "writerSession",
    port: PORTS.haproxyWriter,
    pooled: false,
    description: "whole sessions on the current primary",
  },
  {
    name: "readerSession",
    port: PORTS.haproxyReader,
    pooled: false,
    description: "whole sessions on the standbys (the primary when there is none)",
  },
  {
    name: "syncReaderSession",
    port: PORTS.haproxySyncReader,
    pooled: false,
    description: "whole sessions on synchronous standbys only",
  },
];

/** Config to the plan of everything: pure, and known in full before the first resource. */
export function planTopology(
  config: Config,
  addresses: AddressPlan,
  applicationRoles: readonly ApplicationRole[],
): Topology {
  const { name: cluster, domain } = config.cluster;
  const hosts = (["database", "proxy", "operations"] as const).flatMap((role) =>
    planHosts(config, addresses, role),
  );
  const cidrs = (role: HostRole) =>
    hosts.filter((host) => host.role === role).map((host) => `${host.address}/32`);
  const grafana = config.monitoring.grafana !== undefined;
  // Nobody comes from, or to, what is not there.
  const hasBothEnds = ({ from, port }: Flow) =>
    (from !== "balancer" || addresses.balancer.length > 0) && (port !== PORTS.grafana || grafana);
  return {
    cluster,
    domain,
    network: addresses.network,
    hosts,
    endpoints: ENDPOINTS,
    flows: flowTable(
      config.databases.map((database) => database.name),
      applicationRoles,
    ).filter(hasBothEnds),
    parties: {
      database: cidrs("database"),
      proxy: cidrs("proxy"),
      operations: cidrs("operations"),
      administrators: addresses.administrators,
      clients: addresses.clients,
      balancer: addresses.balancer,
    },
    clientNames: [`writer.${domain}`, `reader.${domain}`, ...addresses.clientNames],
    clientAddresses: addresses.clientAddresses,
    outside: addresses.outside,
    grafana,
  };
}

function planHosts(config: Config, addresses: AddressPlan, role: HostRole): HostPlan[] {
  const pool = config.hosts[role];
  const count = role === "operations" ? 1 : config.hosts[role].count;
  return Array.from({ length: count }, (_, index) => {
    const name = `${SHORT_NAME[role]}-${index + 1}`;
    return {
      name,
      fqdn: `${name}.${config.cluster.domain}`,
      role,
      zone: pool.zones[index % pool.zones.length] ?? "a",
      address: addresses.addressOf(role, index),
      cpu: pool.cpu,
      memoryMiB: pool.memory,
      diskGiB: Math.floor(pool.disk / 1024),
    };
  });
}
