import { MEAN_CALLS } from "../statistics.ts";
import type { Known } from "./levels.ts";
import { graph, query, type Section, table } from "./panel.ts";
import { IN_DATABASE } from "./variables.ts";

/** The way through PgBouncer, as the proxies see it. */
export const pools = ({ levels }: Known): Section => ({
  title: "Pools",
  height: 8,
  panels: [
    graph({
      title: "Clients",
      width: 8,
      unit: "none",
      decimals: 0,
      description: "Those that wait have no connection to a server: the pool is full, or held.",
      queries: [
        query(
          "sum by (instance, pooler) (pgbouncer_pools_client_active_connections)",
          "{{instance}} {{pooler}}",
        ),
        query(
          "sum by (instance, pooler) (pgbouncer_pools_client_waiting_connections)",
          "{{instance}} {{pooler}}, waiting",
        ),
      ],
    }),
    graph({
      title: "Longest wait of a client",
      width: 8,
      unit: "s",
      bounds: levels.poolWaitSeconds,
      queries: [
        query(
          "max by (instance, pooler) (pgbouncer_pools_client_maxwait_seconds)",
          "{{instance}} {{pooler}}",
        ),
      ],
    }),
    graph({
      title: "Connections to servers",
      width: 8,
      unit: "none",
      decimals: 0,
      queries: [
        query(
          "sum by (instance, pooler) (pgbouncer_pools_server_active_connections)",
          "{{instance}} {{pooler}}, busy",
        ),
        query(
          "sum by (instance, pooler) (pgbouncer_pools_server_idle_connections)",
          "{{instance}} {{pooler}}, idle",
        ),
      ],
    }),
    graph({
      title: "Time of a query",
      width: 8,
      unit: "s",
      description: "On average, from the pool to the server and back.",
      queries: [
        query(
          "sum by (instance, pooler) (rate(pgbouncer_stats_queries_duration_seconds_total[$__rate_interval])) / clamp_min(sum by (instance, pooler) (rate(pgbouncer_stats_queries_pooled_total[$__rate_interval])), 0.001)",
          "{{instance}} {{pooler}}",
        ),
      ],
    }),
    graph({
      title: "Queries",
      width: 8,
      unit: "suffix: /s",
      queries: [
        query(
          "sum by (instance, pooler) (rate(pgbouncer_stats_queries_pooled_total[$__rate_interval]))",
          "{{instance}} {{pooler}}",
        ),
      ],
    }),
    graph({
      title: "Sessions through HAProxy",
      width: 8,
      unit: "none",
      decimals: 0,
      description: "Of the pools and of clients that pass by them.",
      queries: [
        query(
          'sum by (instance, proxy) (haproxy_frontend_current_sessions{proxy=~"writer|reader|sync_reader"})',
          "{{instance}} {{proxy}}",
        ),
      ],
    }),
  ],
});

const EMPTY = "no statement was called often enough yet";
const STATEMENT = {
  query: "Statement",
  datname: "Database",
  usename: "Role",
  instance: "Host",
} as const;
const BY = Object.keys(STATEMENT).join(", ");

/** Which statements it is, and what the user measures himself. */
export const statements = ({ levels }: Known): readonly Section[] => [
  {
    title: "Statements",
    height: 10,
    panels: [
      table({
        title: "Statements that take most of the time",
        width: 24,
        description: "In the range of time that is shown.",
        labels: STATEMENT,
        sortBy: "Time",
        columns: [
          {
            name: "Time",
            unit: "s",
            expr: `topk(15, sum by (${BY}) (increase(pg_statements_seconds_total{${IN_DATABASE}}[$__range])))`,
            step: "1m",
            mayBeEmpty: EMPTY,
          },
          {
            name: "Calls",
            unit: "short",
            expr: `sum by (${BY}) (increase(pg_statements_calls_total{${IN_DATABASE}}[$__range])) and topk(15, sum by (${BY}) (increase(pg_statements_seconds_total{${IN_DATABASE}}[$__range])))`,
            step: "1m",
            mayBeEmpty: EMPTY,
          },
          {
            name: "Rows",
            unit: "short",
            expr: `sum by (${BY}) (increase(pg_statements_rows_total{${IN_DATABASE}}[$__range])) and topk(15, sum by (${BY}) (increase(pg_statements_seconds_total{${IN_DATABASE}}[$__range])))`,
            step: "1m",
            mayBeEmpty: EMPTY,
          },
        ],
      }),
      table({
        title: "Slowest statements",
        width: 24,
        description: `On average, of those that were called at least ${MEAN_CALLS} times.`,
        labels: STATEMENT,
        sortBy: "Mean time",
        columns: [
          {
            name: "Mean time",
            unit: "s",
            bounds: levels.statementSeconds,
            expr: `topk(15, max by (${BY}) (pg_statements_mean_seconds{${IN_DATABASE}} and pg_statements_calls_total{${IN_DATABASE}} >= ${MEAN_CALLS}))`,
            step: "1m",
            mayBeEmpty: EMPTY,
          },
        ],
      }),
    ],
  },
  {
    title: "Business metrics",
    height: 8,
    panels: [
      table({
        title: "What the configuration measures",
        width: 24,
        labels: { __name__: "Metric" },
        columns: [
          {
            name: "Value",
            unit: "short",
            expr: '{__name__=~"holdfast_business_.+"}',
            step: "15s",
            mayBeEmpty: "the configuration measures nothing",
          },
        ],
      }),
    ],
  },
];
