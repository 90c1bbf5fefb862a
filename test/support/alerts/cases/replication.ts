import { type AlertCase, age, always, gauge, lost, of, on } from "../case.ts";

const postgres = (instance: string) => of("postgres", instance);
const PRIMARY = { [postgres("db-1")("pg_state_in_recovery")]: always(0) };

export const REPLICATION_CASES: readonly AlertCase[] = [
  {
    alert: "ReplicationBroken",
    pace: "page",
    series: {
      [postgres("db-2")("pg_replay_time_seconds")]: age(0, 0, 0),
      // A standby asks for a sign of life after 5 s.
      [postgres("db-2")("pg_replay_heard_timestamp_seconds")]: age(0, 60, 10),
    },
    firesIn: 10,
    labels: on("postgres", "db-2"),
    description: "db-2 has heard nothing from the primary for 15s.",
  },
  {
    alert: "ReplicationLagCritical",
    pace: "page",
    series: {
      [postgres("db-2")("pg_replay_lag_seconds")]: always(0),
      [postgres("db-1")("pg_standby_lag_seconds", { standby: "db-2", stage: "replay" })]: gauge(0, 61, 60),
    },
    labels: { instance: "db-2" },
    description: "What db-2 shows is 1m 1s old.",
  },
  {
    alert: "SynchronousWildcard",
    pace: "page",
    series: { ...PRIMARY, [postgres("db-1")("pg_state_sync_wildcard")]: lost(0, 1) },
    labels: on("postgres", "db-1"),
    description:
      "synchronous_standby_names holds a * (1): commits that no member could take over are acknowledged.",
  },
  {
    alert: "NoSynchronousStandby",
    pace: "page",
    series: { ...PRIMARY, [postgres("db-1")("pg_state_sync_standbys")]: lost(2, 0) },
    firesIn: 10,
    labels: on("postgres", "db-1"),
    description: "The primary db-1 had no synchronous standby in 3 scrapes in a row: every commit waits.",
  },
  {
    alert: "ReplicationLagHigh",
    pace: "minutes",
    series: { [postgres("db-3")("pg_replay_lag_seconds")]: gauge(0, 11, 10) },
    labels: { instance: "db-3" },
    description: "What db-3 shows has been old for five minutes, now 11s.",
  },
  {
    alert: "TooFewStandbys",
    pace: "minutes",
    series: {
      ...PRIMARY,
      [postgres("db-1")("pg_standby_streaming", { standby: "db-2", sync_state: "quorum" })]: always(1),
      [postgres("db-1")("pg_standby_streaming", { standby: "db-3", sync_state: "quorum" })]: gauge(
        1,
        "none",
        1,
      ),
      [postgres("db-1")("pg_standby_streaming", { standby: "barman_receive_wal", sync_state: "async" })]:
        always(1),
    },
    labels: {},
    description: "1 of 2 standbys stream from the primary.",
    // No standby at all is no series at all.
    firesWithout: true,
  },
  {
    alert: "TimelineMismatch",
    pace: "minutes",
    series: {
      [of("patroni", "db-1")("patroni_postgres_timeline")]: always(4),
      [of("patroni", "db-2")("patroni_postgres_timeline")]: gauge(4, 3, 4),
      [of("patroni", "db-3")("patroni_postgres_timeline")]: always(0),
    },
    labels: on("patroni", "db-2"),
    description: "db-2 is on timeline 3, and others are on a newer one.",
  },
  {
    alert: "ReplayPaused",
    pace: "minutes",
    series: { [postgres("db-2")("pg_replay_paused")]: lost(0, 1) },
    labels: on("postgres", "db-2"),
    description: "Replay on db-2 has been paused (1) for five minutes: readers there see old data.",
  },
  {
    alert: "SlotRetainsWal",
    pace: "minutes",
    series: {
      [postgres("db-1")("pg_slot_retained_bytes", { slot: "barman", type: "physical" })]: gauge(1, 151, 150),
      [of("node", "db-1")("node_filesystem_size_bytes", { mountpoint: "/srv/data" })]: always(1000),
    },
    labels: { ...on("postgres", "db-1"), slot: "barman", type: "physical" },
    description: "WAL for the slot barman is 15.1 % of the data volume of db-1.",
  },
  {
    alert: "SlotLost",
    pace: "minutes",
    series: { [postgres("db-1")("pg_slot_lost", { slot: "db_3", type: "physical" })]: lost(0, 1) },
    labels: { ...on("postgres", "db-1"), slot: "db_3", type: "physical" },
    description: "The slot db_3 on db-1 is lost, or soon will be (1): it was too far behind.",
  },
  {
    alert: "ReplicationLagCritical",
    way: "by-the-standby",
    pace: "page",
    series: { [postgres("db-2")("pg_replay_lag_seconds")]: gauge(0, 61, 60) },
    labels: { instance: "db-2" },
    description: "What db-2 shows is 1m 1s old.",
  },
];
