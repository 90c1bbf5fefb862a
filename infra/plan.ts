import { archiveParameters } from "../components/barman/archive.ts";
import type { ClusterPlan } from "../components/cluster.ts";
import { sharedPoolSize } from "../components/pgbouncer/arithmetic.ts";
import { applicationRoles } from "../components/postgres/application-roles.ts";
import { layerParameters } from "../components/postgres/parameters.ts";
import type { Config } from "./config/schema.ts";
import { demandOf, hostSize } from "./demand.ts";
import { type AddressPlan, planTopology } from "./topology.ts";

/** Config to everything that the components need: pure, so a whole deployment can be rendered without one. */
export function planCluster(config: Config, addresses: AddressPlan): ClusterPlan {
  const roles = applicationRoles(config.databases, config.roles);
  const topology = planTopology(config, addresses, roles);
  const parameters = layerParameters({ postgres: config.postgres, host: hostSize(config) });
  const maxConnections = Number(parameters.cluster["max_connections"]);
  // Without rules of its own, a cluster is open to those whom the platform knows as its clients, and to no one else.
  const access =
    config.access.length > 0
      ? config.access
      : [{ from: [...addresses.clients], auth: "scram-sha-256" as const }];
  return {
    topology: {
      ...topology,
      parties: { ...topology.parties, clients: [...new Set(access.flatMap((rule) => rule.from))] },
    },
    os: config.os,
    tls: config.tls,
    maintenance: config.maintenance,
    backups: config.backups,
    notifications: config.notifications,
    monitoring: config.monitoring,
    bucket: addresses.bucket,
    postgres: config.postgres,
    availability: config.availability,
    databases: config.databases,
    roles,
    access,
    pools: {
      ...config.pools,
      size: config.pools.size ?? sharedPoolSize(demandOf(config, parameters.cluster), maxConnections),
    },
    clusterParameters: { ...archiveParameters(config.backups), ...parameters.cluster },
    hostParameters: () => parameters.host,
  };
}
