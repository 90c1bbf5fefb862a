import { OWN_ROLES } from "../names.ts";
import { HOUR, lines, MINUTE } from "./expression.ts";
import type { AlertRule } from "./rule.ts";
import type { Thresholds } from "./schema.ts";

const SUBJECT = { subject: "postgres", severity: "medium" } as const;

const CALLS = "rate(pg_statements_calls_total[15m])";
const APPLICATIONS = `usename!~"${OWN_ROLES.join("|")}"`;

/** Tables, indexes and statements: nothing of it is urgent. */
export const tableRules = (thresholds: Thresholds): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "TableBloatHigh",
    dashboard: "capacity",
    // Members have the same pages.
    expr: `100 * max by (datname, schema, table) (last_over_time(holdfast_table_bloat_ratio[15m])) > ${thresholds.bloatPercent}`,
    forSeconds: HOUR,
    summary: "{{ $labels.schema }}.{{ $labels.table }} in {{ $labels.datname }} is bloated",
    description:
      "An estimated {{ $value | humanize }} % of {{ $labels.schema }}.{{ $labels.table }} holds nothing.",
  },
  {
    ...SUBJECT,
    name: "IndexUnused",
    dashboard: "performance",
    // On no member. By two moments: to read a week of samples at each look would cost more than the index.
    expr: lines(
      `max by (datname, schema, table, index) (holdfast_index_size_bytes)`,
      `and on (datname, schema, table, index) sum by (datname, schema, table, index) (holdfast_index_scans_total)`,
      `  == sum by (datname, schema, table, index) (holdfast_index_scans_total offset ${thresholds.unusedIndexDays}d)`,
    ),
    forSeconds: HOUR,
    summary: "The index {{ $labels.index }} in {{ $labels.datname }} is not used",
    description: `{{ $labels.schema }}.{{ $labels.index }} takes {{ $value | humanize1024 }}B, and no member has used it for ${thresholds.unusedIndexDays} days.`,
  },
  {
    ...SUBJECT,
    name: "StatementsSlow",
    dashboard: "performance",
    expr: `max by (instance, datname, usename, queryid, query) (rate(pg_statements_seconds_total{${APPLICATIONS}}[15m]) / ${CALLS}) > ${thresholds.statementSeconds}`,
    forSeconds: 15 * MINUTE,
    summary: "A statement in {{ $labels.datname }} is slow",
    description: "It takes {{ $value | humanizeDuration }} on average: {{ $labels.query }}",
  },
];
