import type { PostgresVersion } from "../postgres/schema.ts";

/** A query of the postgres exporter: each row gives NAME_COLUMN for each value, with the labels of that row. */
export interface Query {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Column to what it says. A counter's name ends in _total. */
  readonly values: Readonly<Record<string, string>>;
  readonly sql: string;
}

/** Where this server is in the WAL, whatever its role. */
const HERE =
  "CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END";
const seconds = (interval: string) => `coalesce(extract(epoch FROM ${interval}), 0)`;
const since = (moment: string) => seconds(`clock_timestamp() - ${moment}`);

const MOST_WAITERS = 20;

/**
 * What is asked of every member at each scrape, by a role with pg_monitor alone: nothing here reads a table of a user, so that
 * it takes milliseconds; the folders of WAL are listed, and one with more files than that takes has no number. Sources: PostgreSQL's chapter "The Cumulative Statistics System".
 */
export const queriesOf = (version: PostgresVersion): readonly Query[] => [
  {
    name: "pg_state",
    labels: {},
    values: {
      in_recovery: "1 on a standby",
      start_time_seconds: "When the server started",
      max_connections: "Connections that it takes at most",
      reserved_connections: "Those of them that are kept for superusers and others with a right to them",
      pending_restart: "Settings that wait for a restart",
      sync_wildcard: "1 where synchronous_standby_names takes whoever comes",
      sync_standbys: "Standbys that stream and count for commits",
    },
    sql: `SELECT pg_is_in_recovery()::int AS in_recovery,
  extract(epoch FROM pg_postmaster_start_time()) AS start_time_seconds,
  current_setting('max_connections')::int AS max_connections,
  current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved_connections,
  (SELECT count(*) FROM pg_settings WHERE pending_restart) AS pending_restart,
  (current_setting('synchronous_standby_names') LIKE '%*%')::int AS sync_wildcard,
  (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')) AS sync_standbys`,
  },
  {
    name: "pg_sessions",
    labels: { datname: "Database", state: "What they do" },
    values: { count: "Client sessions" },
    sql: `SELECT coalesce(datname, '') AS datname, coalesce(state, 'unknown') AS state, count(*) AS count
FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1, 2`,
  },
  {
    name: "pg_waits",
    labels: { kind: "What is waited for" },
    values: {
      sessions: "Sessions that wait",
      longest_seconds: "The longest of these waits",
    },
    sql: `SELECT 'lock' AS kind, count(DISTINCT pid) AS sessions, coalesce(max(${since("waitstart")}), 0) AS longest_seconds
FROM pg_locks WHERE NOT granted`,
  },
  {
    name: "pg_blocked",
    labels: {
      datname: "Database",
      waiter: "The role that waits",
      blocker: "The role that it waits for, or prepared",
      state: "What that one does",
      what: "What is locked, as pg_stat_activity.wait_event has it",
    },
    values: { sessions: "Sessions that wait" },
    // To ask who is in the way stops the lock manager for a moment, so of the longest waits alone.
    sql: `SELECT coalesce(w.datname, '') AS datname, coalesce(w.usename, '') AS waiter,
  coalesce(b.usename, b.backend_type, 'prepared') AS blocker, coalesce(b.state, '') AS state, coalesce(w.wait_event, '') AS what,
  count(DISTINCT w.pid) AS sessions
FROM (SELECT * FROM pg_stat_activity WHERE wait_event_type = 'Lock' ORDER BY query_start LIMIT ${MOST_WAITERS}) AS w
  CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
  LEFT JOIN pg_stat_activity b ON b.pid = blocking.pid GROUP BY 1, 2, 3, 4, 5`,
  },
  {
    name: "pg_transactions",
    labels: { kind: "What it does" },
    values: { longest_seconds: "Age of the oldest one" },
    sql: `SELECT kind, coalesce(max(age), 0) AS longest_seconds FROM (
  SELECT CASE state WHEN 'active' THEN 'active' ELSE 'idle in transaction' END AS kind, ${since("xact_start")} AS age
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
  UNION ALL SELECT 'prepared', ${since("prepared")} FROM pg_prepared_xacts
  UNION ALL VALUES ('active', 0), ('idle in transaction', 0), ('prepared', 0)) AS each GROUP BY kind`,
  },
  {
    name: "pg_xmin",
    labels: { source: "Who holds it" },
    values: { age: "Transactions whose remains cannot be cleaned up" },
    sql: `SELECT source, coalesce(max(age), 0) AS age FROM (
  SELECT 'sessions' AS source, age(backend_xmin) AS age FROM pg_stat_activity WHERE backend_type <> 'walsender'
  UNION ALL SELECT 'slots', greatest(age(xmin), age(catalog_xmin)) FROM pg_replication_slots
  UNION ALL SELECT 'prepared', age(transaction) FROM pg_prepared_xacts
  UNION ALL SELECT 'standbys', age(backend_xmin) FROM pg_stat_replication
  UNION ALL VALUES ('sessions', 0), ('slots', 0), ('prepared', 0), ('standbys', 0)) AS each GROUP BY source`,
  },
  {
    name: "pg_standby",
    labels: { standby: "As what it streams", sync_state: "Whether commits wait for it" },
    values: { streaming: "1 while it streams; 0 while it catches up" },
    sql: `SELECT application_name AS standby, sync_state, max((state = 'streaming')::int) AS streaming
FROM pg_stat_replication WHERE state <> 'backup' GROUP BY 1, 2`,
  },
  {
    name: "pg_standby_lag",
    labels: { standby: "As what it streams", stage: "How far it has come with it" },
    values: { bytes: "WAL that it has not", seconds: "How long WAL of late took to get there" },
    sql: `SELECT r.application_name AS standby, s.stage, max(greatest(pg_wal_lsn_diff(${HERE}, s.lsn), 0)) AS bytes, max(${seconds("s.lag")}) AS seconds
FROM pg_stat_replication r, LATERAL (VALUES ('sent', r.sent_lsn, interval '0'), ('write', r.write_lsn, r.write_lag),
  ('flush', r.flush_lsn, r.flush_lag), ('replay', r.replay_lsn, r.replay_lag)) AS s (stage, lsn, lag)
WHERE r.state <> 'backup' AND s.lsn IS NOT NULL GROUP BY 1, 2`,
  },
  {
    name: "pg_replay",
    labels: {},
    values: {
      lag_seconds: "Age of the last commit replayed, 0 when nothing waits",
      lag_bytes: "WAL that is here and not replayed",
      paused: "1 while somebody has it paused",
      streaming: "1 while WAL streams in",
      heard_timestamp_seconds:
        "When the primary was heard last, or else when the server started, by its own clock",
      time_seconds: "What its clock says",
    },
    sql: `SELECT CASE WHEN pg_last_wal_receive_lsn() IS NOT DISTINCT FROM pg_last_wal_replay_lsn() THEN 0 ELSE ${since("pg_last_xact_replay_timestamp()")} END AS lag_seconds,
  greatest(coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0), 0) AS lag_bytes,
  pg_is_wal_replay_paused()::int AS paused,
  (SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming') AS streaming,
  extract(epoch FROM greatest(pg_postmaster_start_time(), (SELECT last_msg_receipt_time FROM pg_stat_wal_receiver))) AS heard_timestamp_seconds,
  extract(epoch FROM clock_timestamp()) AS time_seconds
WHERE pg_is_in_recovery()`,
  },
  {
    name: "pg_slot",
    labels: { slot: "Its name", type: "physical or logical" },
    values: {
      active: "1 while somebody streams from it",
      retained_bytes: "WAL that is kept for it",
      lost: "1 where WAL that it needs is gone, or soon will be",
    },
    sql: `SELECT slot_name AS slot, slot_type AS type, active::int AS active,
  greatest(coalesce(pg_wal_lsn_diff(${HERE}, restart_lsn), 0), 0) AS retained_bytes,
  (coalesce(wal_status, '') IN ('unreserved', 'lost'))::int AS lost
FROM pg_replication_slots`,
  },
  {
    name: "pg_archiver",
    labels: {},
    values: {
      archived_total: "WAL files that were archived",
      failed_total: "Attempts that failed",
      last_archived_timestamp_seconds: "When the last one was archived, 0 for never",
      last_failed_timestamp_seconds: "When the last attempt failed, 0 for never",
      waiting_files: "WAL files that wait to be archived",
    },
    sql: `SELECT archived_count AS archived_total, failed_count AS failed_total,
  ${seconds("last_archived_time")} AS last_archived_timestamp_seconds,
  ${seconds("last_failed_time")} AS last_failed_timestamp_seconds,
  (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') AS waiting_files
FROM pg_stat_archiver`,
  },
  {
    name: "pg_checkpoints",
    labels: {},
    values: {
      timed_total: "Checkpoints because it was time",
      requested_total: "Checkpoints because of too much WAL, or by order",
      write_seconds_total: "Time in which they wrote",
      sync_seconds_total: "Time in which they waited for the disk",
    },
    sql:
      version >= 17
        ? `SELECT num_timed AS timed_total, num_requested AS requested_total, write_time / 1000 AS write_seconds_total, sync_time / 1000 AS sync_seconds_total
FROM pg_stat_checkpointer`
        : `SELECT checkpoints_timed AS timed_total, checkpoints_req AS requested_total, checkpoint_write_time / 1000 AS write_seconds_total, checkpoint_sync_time / 1000 AS sync_seconds_total
FROM pg_stat_bgwriter`,
  },
  {
    name: "pg_wal",
    labels: {},
    values: {
      written_bytes_total: "Position in the WAL",
      directory_bytes: "What pg_wal holds",
    },
    sql: `SELECT pg_wal_lsn_diff(${HERE}, '0/0') AS written_bytes_total, (SELECT coalesce(sum(size), 0) FROM pg_ls_waldir()) AS directory_bytes`,
  },
  {
    name: "pg_vacuums",
    labels: {},
    values: { running: "Workers of autovacuum", longest_seconds: "For how long the oldest one runs" },
    sql: `SELECT count(*) AS running, coalesce(max(${since("xact_start")}), 0) AS longest_seconds
FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'`,
  },
  {
    name: "pg_vacuum",
    labels: {
      datname: "Database",
      work: "Of which table: as autovacuum says it, or the table's oid",
      phase: "Where it is",
    },
    values: { scanned_ratio: "The part of the table that it has read" },
    sql: `SELECT p.datname, CASE a.backend_type WHEN 'autovacuum worker' THEN left(a.query, 120) ELSE p.relid::text END AS work, p.phase,
  max(p.heap_blks_scanned::float8 / greatest(p.heap_blks_total, 1)) AS scanned_ratio
FROM pg_stat_progress_vacuum p JOIN pg_stat_activity a USING (pid) GROUP BY 1, 2, 3`,
  },
  {
    name: "pg_locks",
    labels: { datname: "Database", mode: "Mode of the lock" },
    values: { held: "Locks that are held" },
    sql: `SELECT coalesce(d.datname, '') AS datname, l.mode, count(*) AS held
FROM pg_locks l LEFT JOIN pg_database d ON d.oid = l.database WHERE l.granted GROUP BY 1, 2`,
  },
  {
    name: "pg_databases",
    labels: { datname: "Database" },
    values: {
      commits_total: "Transactions committed",
      rollbacks_total: "Transactions rolled back",
      blocks_read_total: "Blocks that were not in shared buffers",
      blocks_hit_total: "Blocks that were",
      deadlocks_total: "Deadlocks",
      temporary_bytes_total: "Written to temporary files",
      temporary_files_total: "Temporary files",
      conflicts_total: "Queries ended for replay's sake",
      checksum_failures_total: "Pages with a wrong checksum",
      rows_returned_total: "Rows read by scans",
      rows_fetched_total: "Rows fetched by index",
      rows_inserted_total: "Rows inserted",
      rows_updated_total: "Rows updated",
      rows_deleted_total: "Rows deleted",
      frozen_age: "Age of datfrozenxid, in transactions",
      multixact_age: "Age of datminmxid, in multixacts",
    },
    // What is common to all databases has a row without one, and its pages can be damaged as well.
    sql: `SELECT coalesce(d.datname, '') AS datname, s.xact_commit AS commits_total, s.xact_rollback AS rollbacks_total, s.blks_read AS blocks_read_total,
  s.blks_hit AS blocks_hit_total, s.deadlocks AS deadlocks_total, s.temp_bytes AS temporary_bytes_total,
  s.temp_files AS temporary_files_total, s.conflicts AS conflicts_total, coalesce(s.checksum_failures, 0) AS checksum_failures_total,
  s.tup_returned AS rows_returned_total, s.tup_fetched AS rows_fetched_total, s.tup_inserted AS rows_inserted_total,
  s.tup_updated AS rows_updated_total, s.tup_deleted AS rows_deleted_total, coalesce(age(d.datfrozenxid), 0) AS frozen_age,
  coalesce(mxid_age(d.datminmxid), 0) AS multixact_age
FROM pg_stat_database s LEFT JOIN pg_database d ON d.oid = s.datid WHERE d.datname IS DISTINCT FROM 'template0'`,
  },
];
