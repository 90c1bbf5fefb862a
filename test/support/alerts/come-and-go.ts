/** What alerts ask for and a healthy cluster may have nothing of, with the reason why nobody misses it. */
export const COME_AND_GO: Readonly<Record<string, string>> = {
  pg_standby_lag_seconds: "without a standby there is none, which TooFewStandbys tells",
  pg_standby_streaming: "without a standby there is none, which TooFewStandbys tells",
  pg_statements_seconds_total: "the extension may be left out",
  pg_statements_calls_total: "the extension may be left out",
  holdfast_table_bloat_ratio: "an empty cluster has no large table",
  holdfast_index_scans_total: "an empty cluster has no large index",
  holdfast_index_size_bytes: "an empty cluster has no large index",
  holdfast_restore_test_success: "before the first test there is none",
  holdfast_job_running: "before its first run, which JobOverdue tells",
  holdfast_job_success: "before its first run, which JobOverdue tells",
  holdfast_job_last_end_timestamp_seconds: "before its first run, which JobOverdue tells",
  holdfast_job_last_success_timestamp_seconds: "before its first run, which JobOverdue tells",
  holdfast_job_notification_failures_total: "before its first run, which JobOverdue tells",
  holdfast_statistics_failed_databases:
    "before its timer's first run, and MetricsStale tells when there was none for an hour",
  holdfast_query_failed: "there may be no such query",
  holdfast_query_next_run_timestamp_seconds: "there may be no such query",
  up: "TargetMissing tells",
  ALERTS: "what fires itself",
};
