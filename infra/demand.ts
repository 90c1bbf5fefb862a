import type { PoolDemand } from "../components/pgbouncer/arithmetic.ts";
import type { HostSize, Parameters } from "../components/postgres/sizing.ts";
import type { Config } from "./config/schema.ts";

/** What sizing works with: the budget in the configuration, not what the machine below happens to have. */
export function hostSize(config: Pick<Config, "hosts">): HostSize {
  const { cpu, memory, disk } = config.hosts.database;
  return { cpu, memoryMiB: memory, diskGiB: Math.floor(disk / 1024) };
}

/** The connections that the configuration's pools ask for. */
export function demandOf(
  config: Pick<Config, "hosts" | "databases" | "pools">,
  clusterParameters: Parameters,
): PoolDemand {
  const connections = (parameter: string, byDefault: number) =>
    Number(clusterParameters[parameter] ?? byDefault);
  return {
    proxies: config.hosts.proxy.count,
    sessions: config.pools.sessions,
    reserved: connections("superuser_reserved_connections", 3) + connections("reserved_connections", 0),
    poolSizes: config.databases.map((database) => database.poolSize ?? config.pools.size),
  };
}
