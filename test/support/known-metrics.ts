/** Every metric that the hosts tell and that an alert or a dashboard may ask for. */
const family = (prefix: string, names: string): readonly string[] =>
  names.split(/\s+/).map((name) => `${prefix}_${name}`);

const PER_DATABASE = `commits_total rollbacks_total blocks_read_total blocks_hit_total deadlocks_total temporary_bytes_total
  temporary_files_total conflicts_total checksum_failures_total rows_returned_total rows_fetched_total rows_inserted_total
  rows_updated_total rows_deleted_total frozen_age multixact_age`;

export const KNOWN_METRICS: ReadonlySet<string> = new Set([
  ...["up", "pg_up", "pgbouncer_up"],
  ...family(
    "pg_state",
    "in_recovery start_time_seconds max_connections reserved_connections pending_restart sync_wildcard sync_standbys",
  ),
  ...["pg_sessions_count", "pg_xmin_age", "pg_transactions_longest_seconds", "pg_locks_held"],
  ...family("pg_waits", "sessions longest_seconds"),
  ...family("pg_standby", "lag_bytes lag_seconds streaming"),
  ...family("pg_replay", "lag_seconds lag_bytes paused streaming"),
  ...family("pg_slot", "active retained_bytes lost"),
  ...family(
    "pg_archiver",
    "archived_total failed_total last_archived_timestamp_seconds last_failed_timestamp_seconds waiting_files",
  ),
  ...family("pg_checkpoints", "timed_total requested_total write_seconds_total sync_seconds_total"),
  ...family("pg_wal", "written_bytes_total directory_bytes"),
  ...family("pg_vacuums", "running longest_seconds"),
  ...family("pg_databases", PER_DATABASE),
  ...["pg_database_size_bytes"],
  ...family("pg_statements", "seconds_total calls_total mean_seconds rows_total"),
  ...family(
    "holdfast_table",
    "size_bytes dead_rows live_rows last_vacuum_timestamp_seconds bloat_ratio bloat_bytes",
  ),
  ...family("holdfast_index", "scans_total size_bytes"),
  ...["holdfast_statistics_failed_databases", "holdfast_maintenance", "holdfast_business_failed"],
  ...family(
    "holdfast_job",
    `last_start_timestamp_seconds last_end_timestamp_seconds last_success_timestamp_seconds duration_seconds success running
    attempts notification_failures_total`,
  ),
  ...family("holdfast_backup", "last_success_timestamp_seconds size_bytes duration_seconds manifest_tables"),
  ...family(
    "holdfast_bucket",
    `reachable queue_files queue_bytes oldest_waiting_timestamp_seconds last_upload_timestamp_seconds
    upload_failures_total expired_objects expired_objects_still_there`,
  ),
  ...family(
    "holdfast_restore_test",
    `success last_run_timestamp_seconds last_success_timestamp_seconds duration_seconds base_seconds wal_seconds bytes
    tables_compared tables_left_out wal_files`,
  ),
  ...family("holdfast_recovery_window", "start_timestamp_seconds end_timestamp_seconds"),
  ...["holdfast_certificate_end_timestamp_seconds"],
  ...family(
    "node",
    `systemd_unit_state timex_offset_seconds time_seconds filesystem_avail_bytes filesystem_size_bytes cpu_seconds_total
    memory_MemAvailable_bytes memory_MemTotal_bytes textfile_mtime_seconds textfile_scrape_error`,
  ),
  ...family(
    "patroni",
    `primary replica sync_standby quorum_standby postgres_running cluster_unlocked failsafe_mode_is_active is_paused
    pending_restart postgres_timeline dcs_last_seen xlog_location xlog_replayed_location xlog_paused`,
  ),
  ...family("etcd_server", "has_leader is_leader leader_changes_seen_total quota_backend_bytes"),
  ...["etcd_mvcc_db_total_size_in_bytes", "etcd_disk_wal_fsync_duration_seconds_bucket"],
  ...["haproxy_backend_active_servers"],
  ...family("pgbouncer", "pools_client_maxwait_seconds used_clients config_max_client_connections"),
  ...family(
    "prometheus",
    `rule_evaluation_failures_total rule_group_iterations_missed_total notifications_dropped_total
    notifications_alertmanagers_discovered config_last_reload_successful tsdb_wal_corruptions_total
    tsdb_compactions_failed_total`,
  ),
  ...family("alertmanager", "notifications_failed_total config_last_reload_successful"),
]);
