import { BARMAN } from "../../barman/names.ts";
import { DATA_ROOT } from "../../paths.ts";
import { STATISTICS_JOBS } from "../statistics.ts";
import { anyOf, MINUTE } from "./expression.ts";
import type { AlertRule, ClusterFacts } from "./rule.ts";

const SUBJECT = { subject: "monitoring", dashboard: "overview", severity: "high" } as const;

const MISSED_SECONDS = 5 * MINUTE;

interface Needed {
  /** Where this holds, all of these are expected. */
  readonly where: string;
  /** What a series and its place have in common. */
  readonly by: string;
  readonly series: readonly string[];
}

/**
 * Without one of these an alert could not fire, and nothing would say so. What is not here comes and goes: the tests say
 * why of each.
 */
export const neededOf = ({ jobs }: Pick<ClusterFacts, "jobs">): readonly Needed[] => [
  {
    where: 'up{job="node",role="operations"} == 1',
    by: "instance",
    series: jobs.map(({ name }) => `holdfast_job_scheduled_timestamp_seconds{job_name="${name}"}`),
  },
  { where: 'up{job="postgres"} == 1', by: "instance", series: ["pg_up"] },
  {
    where: "pg_up == 1",
    by: "instance",
    series: [
      ...["in_recovery", "max_connections", "reserved_connections", "pending_restart", "sync_wildcard"].map(
        (name) => `pg_state_${name}`,
      ),
      ...["pg_state_sync_standbys", "pg_sessions_count", "pg_waits_longest_seconds", "pg_xmin_age"],
      ...["pg_transactions_longest_seconds", "pg_wal_written_bytes_total"],
      ...["pg_slot_active", "pg_slot_retained_bytes", "pg_slot_lost"],
      ...["waiting_files", "last_archived_timestamp_seconds", "last_failed_timestamp_seconds"].map(
        (name) => `pg_archiver_${name}`,
      ),
      ...["timed", "requested", "write_seconds", "sync_seconds"].map(
        (name) => `pg_checkpoints_${name}_total`,
      ),
      ...[
        "blocks_hit_total",
        "blocks_read_total",
        "deadlocks_total",
        "frozen_age",
        "multixact_age",
        "checksum_failures_total",
      ].map((name) => `pg_databases_${name}`),
    ],
  },
  {
    where: "pg_state_in_recovery == 0",
    by: "instance",
    series: [`pg_slot_active{slot="${BARMAN.slot}"}`],
  },
  {
    where: "pg_state_in_recovery == 1",
    by: "instance",
    series: [
      "pg_replay_lag_seconds",
      "pg_replay_heard_timestamp_seconds",
      "pg_replay_time_seconds",
      "pg_replay_paused",
    ],
  },
  {
    where: 'up{job="patroni"} == 1',
    by: "instance",
    series: [
      ...["primary", "postgres_running", "postgres_timeline", "is_paused", "failsafe_mode_is_active"].map(
        (name) => `patroni_${name}`,
      ),
    ],
  },
  {
    where: 'up{job="etcd"} == 1',
    by: "instance",
    series: [
      ...["etcd_server_has_leader", "etcd_server_quota_backend_bytes", "etcd_mvcc_db_total_size_in_bytes"],
      "etcd_disk_wal_fsync_duration_seconds_bucket",
    ],
  },
  {
    where: 'up{job="haproxy"} == 1',
    by: "instance",
    series: ['haproxy_backend_active_servers{proxy="primary"}'],
  },
  { where: 'up{job="pgbouncer"} == 1', by: "instance, pooler", series: ["pgbouncer_up"] },
  {
    where: "pgbouncer_up == 1",
    by: "instance, pooler",
    series: [
      ...["pgbouncer_pools_client_maxwait_seconds", "pgbouncer_used_clients"],
      "pgbouncer_config_max_client_connections",
    ],
  },
  {
    where: 'up{job="node"} == 1',
    by: "instance",
    series: [
      ...["node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"],
      ...["node_timex_offset_seconds", "node_time_seconds", "node_systemd_unit_state"],
      ...["node_textfile_mtime_seconds", "node_textfile_scrape_error"],
      ...["holdfast_certificate_end_timestamp_seconds", "holdfast_maintenance"],
    ],
  },
  {
    where: 'up{job="node",role="database"} == 1',
    by: "instance",
    series: [
      "holdfast_wal_let_go_timestamp_seconds",
      // A look that may take longer than this waits would be missed while a new host takes its first one.
      ...STATISTICS_JOBS.filter(({ timeoutSeconds }) => timeoutSeconds < MISSED_SECONDS).map(
        ({ name }) => `holdfast_statistics_failed_databases{statistics="${name}"}`,
      ),
    ],
  },
  {
    // Where it is not mounted, there is no such series.
    where: 'up{job="node",role=~"database|operations"} == 1',
    by: "instance",
    series: ["avail", "size"].map((name) => `node_filesystem_${name}_bytes{mountpoint="${DATA_ROOT}"}`),
  },
  {
    where: 'up{job="node",role="operations"} == 1',
    by: "instance",
    series: [
      ...["holdfast_backup_last_success_timestamp_seconds", "holdfast_backup_duration_seconds"],
      "holdfast_bucket_reachable",
      ...[
        "holdfast_bucket_oldest_waiting_timestamp_seconds",
        "holdfast_bucket_last_upload_timestamp_seconds",
      ],
    ],
  },
  {
    where: 'up{job="prometheus"} == 1',
    by: "instance",
    series: [
      ...[
        "rule_evaluation_failures_total",
        "rule_group_iterations_missed_total",
        "notifications_dropped_total",
      ].map((name) => `prometheus_${name}`),
      ...["notifications_alertmanagers_discovered", "config_last_reload_successful"].map(
        (name) => `prometheus_${name}`,
      ),
      ...[
        "prometheus_tsdb_wal_corruptions_total",
        "prometheus_tsdb_wal_writes_failed_total",
        "prometheus_tsdb_compactions_failed_total",
      ],
    ],
  },
  {
    where: 'up{job="alertmanager"} == 1',
    by: "instance",
    series: ["alertmanager_notifications_failed_total", "alertmanager_config_last_reload_successful"],
  },
];

/** A series as the alert names it: of a metric with several it says which one. */
export const metricLabel = (series: string): string => series.replaceAll('"', "'");

const without = ({ where, by, series }: Needed): readonly string[] =>
  series.map(
    (each) => `label_replace((${where}) unless on (${by}) ${each}, "metric", "${metricLabel(each)}", "", "")`,
  );

/** A series that is missing fires nothing by itself. */
export const missingRules = ({ targets, jobs }: ClusterFacts): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "TargetMissing",
    expr: anyOf(
      targets.map((target) => {
        const matchers = Object.entries(target).map(([label, value]) => `${label}="${value}"`);
        return `absent(up{${matchers.join(",")}})`;
      }),
    ),
    forSeconds: 5 * MINUTE,
    summary: "Nobody looks at {{ $labels.job }} on {{ $labels.instance }}",
    description:
      "Prometheus does not scrape {{ $labels.job }} on {{ $labels.instance }} ({{ $value | humanize }}).",
  },
  {
    ...SUBJECT,
    name: "MetricsMissing",
    expr: anyOf(neededOf({ jobs }).flatMap(without)),
    forSeconds: MISSED_SECONDS,
    summary: "{{ $labels.metric }} is missing on {{ $labels.instance }}",
    description:
      "{{ $labels.instance }} is scraped and does not tell {{ $labels.metric }}: alerts that need it cannot fire.",
  },
];
