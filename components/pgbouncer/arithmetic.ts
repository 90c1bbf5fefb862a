import { BUSINESS, MONITORING } from "../monitoring/names.ts";

/** Connections that are not the pools': each has a limit of its own in the server. */
const RESERVED = {
  monitoring: MONITORING.connections + BUSINESS.connections,
  backup: 5,
  patroni: 3,
} as const;

/** For the look-up of verifiers each pooler keeps so many connections at most. */
export const LOOKUP_POOL = 2;

/** A proxy runs one pooler for each of the two pooled endpoints. */
const POOLERS_A_PROXY = 2;

export interface PoolDemand {
  readonly proxies: number;
  readonly sessions: number;
  /** What the server keeps for superusers, and for roles with pg_use_reserved_connections. */
  readonly reserved: number;
  /** Pool size of each database: undefined where the user named none. */
  readonly poolSizes: readonly (number | undefined)[];
}

/**
 * Connections to one server in the worst case: no standby is left, so that both endpoints of all proxies lead to
 * the primary. What remains of max_connections when everything but the pools is counted.
 */
export function connectionsForPools(demand: PoolDemand, maxConnections: number): number {
  const fixed = RESERVED.monitoring + RESERVED.backup + RESERVED.patroni;
  const lookup = demand.proxies * POOLERS_A_PROXY * LOOKUP_POOL;
  return maxConnections - demand.reserved - demand.sessions - fixed - lookup;
}

/** The size that a pool without one gets: an equal share of what the others leave; below 1 when nothing is left. */
export function sharedPoolSize(demand: PoolDemand, maxConnections: number): number {
  const pools = demand.proxies * POOLERS_A_PROXY;
  const named = demand.poolSizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const unnamed = demand.poolSizes.filter((size) => size === undefined).length;
  return Math.floor((connectionsForPools(demand, maxConnections) / pools - named) / Math.max(unnamed, 1));
}

/** All server connections that the pools may open at one primary. */
export const poolConnections = (demand: PoolDemand, size: number): number =>
  demand.proxies * POOLERS_A_PROXY * demand.poolSizes.reduce<number>((sum, each) => sum + (each ?? size), 0);
