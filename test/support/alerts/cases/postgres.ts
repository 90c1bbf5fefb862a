import { type AlertCase, always, counter, gauge, lost, of, on } from "../case.ts";

const postgres = of("postgres", "db-1");
const standby = of("postgres", "db-2");
const app = { datname: "app" };
const PRIMARY = { [postgres("pg_state_in_recovery")]: always(0) };

export const POSTGRES_CASES: readonly AlertCase[] = [
  {
    alert: "ChecksumFailures",
    pace: "page",
    series: { [postgres("pg_databases_checksum_failures_total", app)]: gauge(0, 3, 0) },
    labels: { instance: "db-1", ...app },
    description: "Pages of app with a wrong checksum on db-1: 3.",
  },
  {
    alert: "ChecksumFailures",
    way: "shared",
    pace: "page",
    series: { [postgres("pg_databases_checksum_failures_total")]: gauge(0, 1, 0) },
    labels: { instance: "db-1" },
    description: "Pages of what all databases share with a wrong checksum on db-1: 1.",
  },
  {
    alert: "TransactionIdWraparound",
    pace: "page",
    series: {
      [postgres("pg_databases_frozen_age", app)]: always(200_000_000),
      [postgres("pg_databases_multixact_age", app)]: gauge(1, 1_500_000_001, 1_500_000_000),
    },
    labels: { ...app, kind: "multixact" },
    description: "The oldest multixact of app is 1.5G behind; at 2.1G nothing can be written.",
  },
  {
    alert: "TransactionIdAgeHigh",
    pace: "hours",
    series: { [postgres("pg_databases_frozen_age", app)]: gauge(200_000_000, 510_000_000, 500_000_000) },
    labels: { ...app, kind: "transaction" },
    description:
      "The oldest transaction of app is 510M behind. Autovacuum freezes from 200M transactions, or 400M multixacts, on.",
  },
  {
    alert: "VacuumHeldBack",
    pace: "minutes",
    series: { ...PRIMARY, [postgres("pg_xmin_age", { source: "slots" })]: gauge(0, 11_000_000, 10_000_000) },
    labels: { ...on("postgres", "db-1"), source: "slots" },
    description: "What 11M transactions left is kept for one of the slots.",
  },
  {
    alert: "LongRunningTransaction",
    pace: "minutes",
    series: {
      [postgres("pg_transactions_longest_seconds", { kind: "idle in transaction" })]: gauge(0, 3660, 3600),
    },
    labels: { ...on("postgres", "db-1"), kind: "idle in transaction" },
    description: "The oldest transaction of the kind idle in transaction is 1h 1m 0s old.",
  },
  {
    alert: "LockWaits",
    pace: "minutes",
    series: { [postgres("pg_waits_longest_seconds", { kind: "lock" })]: gauge(0, 61, 60) },
    labels: { ...on("postgres", "db-1"), kind: "lock" },
    description: "One session has waited for 1m 1s.",
  },
  {
    alert: "DeadlockRateHigh",
    pace: "hours",
    series: { [postgres("pg_databases_deadlocks_total", app)]: counter(0, 20 / 3600, 9 / 3600) },
    firesIn: 1860,
    endsIn: 3600,
    labels: { ...on("postgres", "db-1"), ...app },
    description: "Deadlocks in app on db-1 in the last hour: 10.67.",
  },
  {
    alert: "CacheHitLow",
    pace: "minutes",
    series: {
      [postgres("pg_databases_blocks_hit_total", app)]: counter(990, 900, 960),
      [postgres("pg_databases_blocks_read_total", app)]: counter(10, 100, 40),
    },
    // It has to read enough, first.
    firesIn: 945,
    endsIn: 600,
    labels: { ...on("postgres", "db-1"), ...app },
    description: "90 % of the blocks of app were found in the server's memory.",
  },
  {
    alert: "CheckpointTooSlow",
    pace: "hours",
    // Two and a half an hour, which write all the time; or nine parts in ten of it, as they should.
    series: {
      ...PRIMARY,
      [standby("pg_state_in_recovery")]: always(1),
      [standby("pg_checkpoints_write_seconds_total")]: counter(0.98, 0.98, 0.98),
      [standby("pg_checkpoints_sync_seconds_total")]: always(1),
      [standby("pg_checkpoints_timed_total")]: always(3),
      [standby("pg_checkpoints_requested_total")]: always(3),
      [postgres("pg_checkpoints_write_seconds_total")]: counter(0.1, 0.98, 0.9),
      [postgres("pg_checkpoints_sync_seconds_total")]: always(1),
      [postgres("pg_checkpoints_timed_total")]: counter(0.001, 0.001, 0.001),
      [postgres("pg_checkpoints_requested_total")]: always(3),
    },
    firesIn: 3720,
    endsIn: 3600,
    labels: on("postgres", "db-1"),
    description: "Checkpoints wrote for 58m 48s of the last hour, and each takes too long.",
  },
  {
    alert: "PendingRestart",
    pace: "days",
    series: { [postgres("pg_state_pending_restart")]: lost(0, 2) },
    labels: on("postgres", "db-1"),
    description: "Settings on db-1 that have waited for a restart for a day: 2.",
  },
  {
    alert: "TransactionIdWraparound",
    way: "by-transactions",
    pace: "page",
    series: { [postgres("pg_databases_frozen_age", app)]: gauge(1, 1_500_000_001, 1_500_000_000) },
    labels: { ...app, kind: "transaction" },
    description: "The oldest transaction of app is 1.5G behind; at 2.1G nothing can be written.",
  },
];
