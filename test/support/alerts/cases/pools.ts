import { type AlertCase, always, gauge, of, on } from "../case.ts";

const pooler = of("pgbouncer", "proxy-1");
const writer = { pooler: "writer" };
const postgres = of("postgres", "db-1");

export const POOL_CASES: readonly AlertCase[] = [
  {
    alert: "PoolExhausted",
    pace: "page",
    series: {
      [pooler("pgbouncer_pools_client_maxwait_seconds", { ...writer, database: "app", user: "app_owner" })]:
        gauge(0, 4, "one scrape"),
    },
    labels: { instance: "proxy-1", pooler: "writer", database: "app" },
    description:
      "A client of the writer pool has waited for 4s: all connections of its pool are in use, or lead nowhere.",
  },
  {
    alert: "PoolClientsNearLimit",
    pace: "minutes",
    series: {
      [pooler("pgbouncer_used_clients", writer)]: gauge(10, 910, 900),
      [pooler("pgbouncer_config_max_client_connections", writer)]: always(1000),
    },
    labels: { ...on("pgbouncer", "proxy-1"), ...writer },
    description: "91 % of pools.maxClients are connected; then clients are refused.",
  },
  {
    alert: "TooManyConnections",
    pace: "minutes",
    series: {
      [postgres("pg_sessions_count", { datname: "app", state: "active" })]: always(20),
      [postgres("pg_sessions_count", { datname: "app", state: "idle" })]: gauge(10, 61, 60),
      [postgres("pg_state_max_connections")]: always(103),
      [postgres("pg_state_reserved_connections")]: always(3),
    },
    labels: { instance: "db-1" },
    description: "81 % of the connections that are not reserved are in use.",
  },
];
