import type { Known } from "./levels.ts";
import { graph, query, type Section, table } from "./panel.ts";
import { ON_HOST } from "./variables.ts";

const SMALL = "no table or index is large enough";
const TABLE = { datname: "Database", schema: "Schema", table: "Table" } as const;
const INDEX = { ...TABLE, index: "Index" } as const;
const by = (labels: object): string => Object.keys(labels).join(", ");

/** What the space goes to, and what runs out that is no space. */
export const objects = (facts: Known): readonly Section[] => [
  { title: "Tables and indexes", height: 10, panels: space(facts) },
  { title: "Limits", height: 8, panels: limits(facts) },
];

const space = ({ levels }: Known): Section["panels"] => [
  table({
    title: "Largest tables",
    width: 24,
    labels: TABLE,
    sortBy: "Size",
    columns: [
      {
        name: "Size",
        unit: "bytes",
        expr: `max by (${by(TABLE)}) (holdfast_table_size_bytes)`,
        step: "1m",
        mayBeEmpty: SMALL,
      },
      {
        name: "Dead rows",
        unit: "percentunit",
        expr: `max by (${by(TABLE)}) (holdfast_table_dead_rows / clamp_min(holdfast_table_dead_rows + holdfast_table_live_rows, 1))`,
        step: "1m",
        bounds: { above: { warning: 0.2 } },
        mayBeEmpty: SMALL,
      },
      {
        name: "Bloat",
        unit: "percentunit",
        expr: `max by (${by(TABLE)}) (holdfast_table_bloat_ratio)`,
        step: "1m",
        bounds: levels.bloatRatio,
        mayBeEmpty: SMALL,
      },
      {
        name: "Lost to bloat",
        unit: "bytes",
        expr: `max by (${by(TABLE)}) (holdfast_table_bloat_bytes)`,
        step: "1m",
        mayBeEmpty: SMALL,
      },
      {
        name: "Last vacuum",
        unit: "dateTimeFromNow",
        // Each member counts for itself, and only the primary vacuums.
        expr: `max by (${by(TABLE)}) (holdfast_table_last_vacuum_timestamp_seconds) * 1000`,
        step: "1m",
        texts: { 0: { text: "never", color: "gray" } },
        mayBeEmpty: SMALL,
      },
    ],
  }),
  table({
    title: "Indexes that nobody reads",
    width: 24,
    description:
      "On no member since its statistics were reset; unique ones are left out, since they are constraints.",
    labels: INDEX,
    sortBy: "Size",
    columns: [
      {
        name: "Size",
        unit: "bytes",
        expr: `max by (${by(INDEX)}) (holdfast_index_size_bytes) and on (${by(INDEX)}) sum by (${by(INDEX)}) (holdfast_index_scans_total) == 0`,
        step: "1m",
        mayBeEmpty: SMALL,
      },
    ],
  }),
];

const limits = ({ levels }: Known): Section["panels"] => [
  graph({
    title: "Age of what is not frozen",
    width: 8,
    unit: "short",
    description: "Transactions. At two thousand million the server takes no more of them.",
    bounds: levels.frozenAge,
    queries: [
      query("max by (datname) (pg_databases_frozen_age)", "{{datname}}"),
      query("max(pg_databases_multixact_age)", "multixacts, of the oldest"),
    ],
  }),
  graph({
    title: "Most connections in an hour",
    width: 8,
    unit: "percentunit",
    max: 1,
    description: "Of those that clients may have.",
    bounds: levels.connectionsRatio,
    queries: [
      query(
        `max_over_time((sum by (instance) (pg_sessions_count{${ON_HOST}}) / on (instance) (pg_state_max_connections - pg_state_reserved_connections))[1h:1m])`,
        "{{instance}}",
      ),
    ],
  }),
  graph({
    title: "Processors in use, over an hour",
    width: 8,
    unit: "percentunit",
    max: 1,
    queries: [
      query(
        `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle",${ON_HOST}}[1h]))`,
        "{{instance}}",
      ),
    ],
  }),
];
