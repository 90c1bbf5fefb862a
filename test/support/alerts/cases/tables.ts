import { type AlertCase, always, counter, gauge, of } from "../case.ts";

const table = { datname: "app", schema: "public", table: "orders" };
const index = { ...table, index: "orders_note_idx" };
const statement = { datname: "app", usename: "app_writer", queryid: "42", query: "SELECT pg_sleep($1)" };
const node = (instance: string) => of("node", instance);

export const TABLE_CASES: readonly AlertCase[] = [
  {
    alert: "TableBloatHigh",
    pace: "hours",
    series: { [node("db-1")("holdfast_table_bloat_ratio", table)]: gauge(0.1, 0.51, 0.5) },
    labels: table,
    description: "An estimated 51 % of public.orders holds nothing.",
  },
  {
    alert: "IndexUnused",
    pace: "days",
    // Somebody reads by it on a standby.
    series: {
      [node("db-1")("holdfast_index_scans_total", index)]: counter(0, 0, 0),
      [node("db-2")("holdfast_index_scans_total", index)]: counter(1, 0, 1e-5),
      [node("db-1")("holdfast_index_size_bytes", index)]: always(2 * 1024 * 1024),
    },
    firesIn: 7 * 86_400,
    labels: index,
    description: "public.orders_note_idx takes 2MiB, and no member has used it for 7 days.",
  },
  {
    alert: "StatementsSlow",
    pace: "minutes",
    series: {
      [node("db-1")("pg_statements_seconds_total", statement)]: counter(0.1, 2.4, 1.6),
      [node("db-1")("pg_statements_calls_total", statement)]: counter(2, 2, 2),
    },
    firesIn: 930,
    endsIn: 900,
    labels: { instance: "db-1", ...statement },
    description: "It takes 1.2s on average: SELECT pg_sleep($1)",
  },
];
