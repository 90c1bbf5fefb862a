import { MINUTE, TWO_SAMPLES, whileLed } from "./expression.ts";
import type { AlertRule } from "./rule.ts";
import type { Thresholds } from "./schema.ts";

const SUBJECT = { subject: "pools", dashboard: "performance" } as const;

/** Connections: those of the pools, and those of the servers. */
export const poolRules = (thresholds: Thresholds): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "PoolExhausted",
    severity: "critical",
    expr: whileLed(
      `max by (instance, pooler, database) (pgbouncer_pools_client_maxwait_seconds) > ${thresholds.poolWaitSeconds}`,
    ),
    forSeconds: TWO_SAMPLES,
    summary: "Clients wait for a connection to {{ $labels.database }} on {{ $labels.instance }}",
    description:
      "A client of the {{ $labels.pooler }} pool has waited for {{ $value | humanizeDuration }}: all connections of its pool are in use, or lead nowhere.",
  },
  {
    ...SUBJECT,
    name: "PoolClientsNearLimit",
    severity: "high",
    expr: `100 * pgbouncer_used_clients / pgbouncer_config_max_client_connections > ${thresholds.poolClientsPercent}`,
    forSeconds: 2 * MINUTE,
    summary: "The {{ $labels.pooler }} pool on {{ $labels.instance }} has almost as many clients as it takes",
    description: "{{ $value | humanize }} % of pools.maxClients are connected; then clients are refused.",
  },
  {
    ...SUBJECT,
    name: "TooManyConnections",
    severity: "high",
    expr: `100 * sum by (instance) (pg_sessions_count) / on (instance) (pg_state_max_connections - pg_state_reserved_connections) > ${thresholds.connectionsPercent}`,
    forSeconds: 2 * MINUTE,
    summary: "PostgreSQL on {{ $labels.instance }} has almost as many sessions as it takes",
    description: "{{ $value | humanize }} % of the connections that are not reserved are in use.",
  },
];
