import type { ClusterPlan } from "../components/cluster.ts";
import { applicationRoles } from "../components/postgres/application-roles.ts";
import { layerParameters } from "../components/postgres/parameters.ts";
import type { Config } from "./config/schema.ts";
import { type AddressPlan, planTopology } from "./topology.ts";

/** Config to everything that the components need: pure, so a whole deployment can be rendered without one. */
export function planCluster(config: Config, addresses: AddressPlan): ClusterPlan {
  const roles = applicationRoles(config.databases, config.roles);
  const topology = planTopology(config, addresses, roles);
  const pool = config.hosts.database;
  const { dynamic, local } = layerParameters({
    postgres: config.postgres,
    host: { cpu: pool.cpu, memoryMiB: pool.memory, diskGiB: pool.disk },
  });
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
    postgres: config.postgres,
    availability: config.availability,
    databases: config.databases,
    roles,
    access,
    pools: config.pools,
    clusterParameters: dynamic,
    hostParameters: () => local,
  };
}
