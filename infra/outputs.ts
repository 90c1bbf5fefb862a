import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../components/cluster.ts";
import { type EndpointName, type HostRole, operationsHost, type Topology } from "../components/model.ts";
import type { Availability } from "../components/patroni/schema.ts";
import { PORTS } from "../components/ports.ts";
import type { Platform } from "./platform.ts";

type WayIn = NonNullable<Platform["wayIn"]>;

export interface Reach {
  readonly host: string;
  readonly port: number;
}

/** What the stack tells the world, and all that the operator's commands know of it. */
export interface StackOutputs {
  readonly clusterName: string;
  readonly domain: string;
  readonly postgresVersion: number;
  readonly durability: Availability["durability"];
  readonly hosts: readonly {
    readonly name: string;
    readonly role: HostRole;
    readonly zone: string;
    readonly address: string;
    readonly ssh: Reach & {
      readonly user: string;
      readonly hostKey: pulumi.Output<string>;
      readonly through?: WayIn;
    };
  }[];
  /** Each endpoint as a workstation reaches it: one address a proxy. */
  readonly endpoints: Readonly<Record<EndpointName, readonly Reach[]>>;
  readonly databases: readonly string[];
  /** Prometheus, as a workstation reaches it. */
  readonly monitoring: Reach;
  /** Grafana, in the same way, where there is one. */
  readonly grafana?: Reach;
  readonly objectStore: string;
  /** PEM, to verify servers with. */
  readonly certificateAuthority: pulumi.Output<string>;
  /** Secret. */
  readonly sshPrivateKey: pulumi.Output<string>;
  /** Secret: of who looks at Prometheus, by the name of MONITORING.viewer. */
  readonly monitoringPassword: pulumi.Output<string>;
  /** Secret: of who looks at Grafana, by the same name. */
  readonly grafanaPassword?: pulumi.Output<string>;
  /** Secret: by role. */
  readonly passwords: pulumi.Output<Readonly<Record<string, string>>>;
}

export function assembleOutputs(
  topology: Topology,
  platform: Platform,
  cluster: Cluster,
  facts: Pick<StackOutputs, "postgresVersion" | "durability" | "databases">,
): StackOutputs {
  const proxies = topology.hosts.filter((host) => host.role === "proxy");
  const operations = operationsHost(topology.hosts);
  const onOperations = (port: number): Reach =>
    platform.reach(operations.name, port) ?? { host: operations.fqdn, port };
  const endpoints = topology.endpoints.map((endpoint) => [
    endpoint.name,
    proxies.map(
      (proxy) => platform.reach(proxy.name, endpoint.port) ?? { host: proxy.fqdn, port: endpoint.port },
    ),
  ]);
  return {
    clusterName: topology.cluster,
    domain: topology.domain,
    ...facts,
    hosts: platform.hosts.map((host) => ({
      name: host.name,
      role: host.role,
      zone: host.zone,
      address: host.address,
      ssh: {
        ...(platform.reach(host.name, PORTS.ssh) ?? { host: host.address, port: PORTS.ssh }),
        user: "admin",
        hostKey: host.hostKey,
        ...(platform.wayIn === undefined ? {} : { through: platform.wayIn }),
      },
    })),
    // The endpoints of a topology are exactly the names of the record.
    endpoints: Object.fromEntries(endpoints) as StackOutputs["endpoints"],
    monitoring: onOperations(PORTS.prometheus),
    ...(cluster.grafanaPassword === undefined
      ? {}
      : { grafana: onOperations(PORTS.grafana), grafanaPassword: cluster.grafanaPassword }),
    objectStore: platform.objectStore.endpoint,
    certificateAuthority: cluster.authorityCertificate,
    sshPrivateKey: platform.sshPrivateKey,
    monitoringPassword: cluster.monitoringPassword,
    passwords: cluster.passwords,
  };
}
