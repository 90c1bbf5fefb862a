import { anyOf, DAY, HOUR, lines, MINUTE, onPrimary, TWO_SAMPLES } from "./expression.ts";
import type { AlertRule } from "./rule.ts";
import type { Thresholds } from "./schema.ts";

const SUBJECT = { subject: "postgres", dashboard: "performance" } as const;

/** What goes on inside of the servers. */
export const postgresRules = (thresholds: Thresholds): readonly AlertRule[] => [
  ...ageRules(thresholds),
  {
    ...SUBJECT,
    name: "ChecksumFailures",
    severity: "critical",
    expr: "max by (instance, datname) (pg_databases_checksum_failures_total) > 0",
    forSeconds: TWO_SAMPLES,
    summary: "Damaged pages on {{ $labels.instance }}",
    description:
      "Pages of {{ or $labels.datname `what all databases share` }} with a wrong checksum on {{ $labels.instance }}: {{ $value | humanize }}.",
  },
  {
    ...SUBJECT,
    name: "LongRunningTransaction",
    severity: "high",
    expr: `pg_transactions_longest_seconds > ${thresholds.transactionSeconds}`,
    forSeconds: MINUTE,
    summary: "A transaction on {{ $labels.instance }} has been open for long",
    description:
      "The oldest transaction of the kind {{ $labels.kind }} is {{ $value | humanizeDuration }} old.",
  },
  {
    ...SUBJECT,
    name: "LockWaits",
    severity: "high",
    expr: `pg_waits_longest_seconds{kind="lock"} > ${thresholds.lockWaitSeconds}`,
    forSeconds: MINUTE,
    summary: "Sessions on {{ $labels.instance }} wait for a lock",
    description: "One session has waited for {{ $value | humanizeDuration }}.",
  },
  {
    ...SUBJECT,
    name: "DeadlockRateHigh",
    severity: "high",
    expr: `increase(pg_databases_deadlocks_total[1h]) > ${thresholds.deadlocksPerHour}`,
    forSeconds: MINUTE,
    summary: "Transactions in {{ $labels.datname }} block each other",
    description:
      "Deadlocks in {{ $labels.datname }} on {{ $labels.instance }} in the last hour: {{ $value | humanize }}.",
  },
  {
    ...SUBJECT,
    name: "CacheHitLow",
    severity: "high",
    expr: lines(
      "100 * rate(pg_databases_blocks_hit_total[10m]) / (rate(pg_databases_blocks_hit_total[10m]) + rate(pg_databases_blocks_read_total[10m]))",
      `< ${thresholds.cacheHitPercent}`,
      `and rate(pg_databases_blocks_hit_total[10m]) + rate(pg_databases_blocks_read_total[10m]) > ${thresholds.cacheBlocksPerSecond}`,
    ),
    forSeconds: 15 * MINUTE,
    summary: "{{ $labels.datname }} on {{ $labels.instance }} reads much from disk",
    description:
      "{{ $value | humanize }} % of the blocks of {{ $labels.datname }} were found in the server's memory.",
  },
  {
    ...SUBJECT,
    name: "CheckpointTooSlow",
    severity: "high",
    // A checkpoint spreads its writes over most of the time until the next one, on purpose: long alone is not slow. A standby's
    // restartpoints write, too, and are not counted among checkpoints.
    expr: onPrimary(
      lines(
        "increase(pg_checkpoints_write_seconds_total[1h]) + increase(pg_checkpoints_sync_seconds_total[1h])",
        `> ${(thresholds.checkpointBusyPercent / 100) * HOUR}`,
        "and (increase(pg_checkpoints_write_seconds_total[1h]) + increase(pg_checkpoints_sync_seconds_total[1h]))",
        `/ (increase(pg_checkpoints_timed_total[1h]) + increase(pg_checkpoints_requested_total[1h])) > ${thresholds.checkpointSeconds}`,
      ),
    ),
    forSeconds: 5 * MINUTE,
    summary: "Checkpoints on {{ $labels.instance }} are too slow",
    description:
      "Checkpoints wrote for {{ $value | humanizeDuration }} of the last hour, and each takes too long.",
  },
  {
    ...SUBJECT,
    name: "PendingRestart",
    severity: "high",
    // One scrape that is lost in a day would begin it anew.
    expr: "last_over_time(pg_state_pending_restart[15m]) > 0",
    forSeconds: DAY,
    summary: "PostgreSQL on {{ $labels.instance }} waits for a restart",
    description:
      "Settings on {{ $labels.instance }} that have waited for a restart for a day: {{ $value | humanize }}.",
  },
];

const ageRules = (thresholds: Thresholds): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "TransactionIdWraparound",
    severity: "critical",
    expr: olderThan(thresholds.wraparoundTransactions),
    forSeconds: TWO_SAMPLES,
    summary: "Numbers of {{ $labels.kind }}s run out in {{ $labels.datname }}",
    description:
      "The oldest {{ $labels.kind }} of {{ $labels.datname }} is {{ $value | humanize }} behind; at 2.1G nothing can be written.",
  },
  {
    ...SUBJECT,
    name: "TransactionIdAgeHigh",
    severity: "high",
    expr: olderThan(thresholds.transactionIdAge),
    forSeconds: HOUR,
    summary: "Vacuum does not keep up in {{ $labels.datname }}",
    description:
      "The oldest {{ $labels.kind }} of {{ $labels.datname }} is {{ $value | humanize }} behind. Autovacuum freezes from 200M transactions, or 400M multixacts, on.",
  },
  {
    ...SUBJECT,
    name: "VacuumHeldBack",
    severity: "high",
    expr: onPrimary(`pg_xmin_age > ${thresholds.xminAgeTransactions}`),
    forSeconds: 15 * MINUTE,
    summary: "Old rows on {{ $labels.instance }} cannot be cleaned up",
    description:
      "What {{ $value | humanize }} transactions left is kept for one of the {{ $labels.source }}.",
  },
];

const AGES = { transaction: "pg_databases_frozen_age", multixact: "pg_databases_multixact_age" };

/** All members have the same, and one alert is enough. */
const olderThan = (numbers: number): string =>
  anyOf(
    Object.entries(AGES).map(
      ([kind, age]) => `label_replace(max by (datname) (${age}) > ${numbers}, "kind", "${kind}", "", "")`,
    ),
  );
