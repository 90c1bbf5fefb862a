import { type AlertCase, age, always, counter, gauge, lost, of, on } from "../case.ts";
import { FACTS } from "../facts.ts";

const ops = of("node", "ops-1");
const prometheus = of("prometheus", "ops-1");
const alertmanager = of("alertmanager", "ops-1");

export const MONITORING_CASES: readonly AlertCase[] = [
  {
    alert: "Watchdog",
    pace: "page",
    series: { [prometheus("up")]: always(1) },
    firesAlways: true,
    labels: {},
    description: "This fires for ever (1). Whoever gets it raises the alarm when it stops coming.",
  },
  {
    alert: "PrometheusBlind",
    pace: "page",
    series: { [prometheus("up")]: lost(1, "none") },
    labels: {},
    description:
      "Prometheus has kept nothing for more than 10 s (1): no fault can be told, and alerts that fire are called off.",
  },
  {
    alert: "TargetMissing",
    pace: "minutes",
    series: Object.fromEntries(
      FACTS.targets.map(({ job, instance, ...pooler }) => [
        of(job, instance)("up", pooler),
        instance === "proxy-2" && pooler.pooler === "writer" ? gauge(1, "none", 1) : always(1),
      ]),
    ),
    labels: { job: "pgbouncer", instance: "proxy-2", pooler: "writer" },
    description: "Prometheus does not scrape pgbouncer on proxy-2 (1).",
  },
  {
    alert: "MetricsMissing",
    pace: "minutes",
    series: {
      [of("postgres", "db-2")("pg_up")]: gauge("none", "none", 0),
      [of("postgres", "db-2")("up")]: gauge(0, 1, 1),
    },
    labels: { ...on("postgres", "db-2"), metric: "pg_up" },
    description: "db-2 is scraped and does not tell pg_up: alerts that need it cannot fire.",
    firesWithout: true,
  },
  {
    alert: "ExporterDown",
    pace: "minutes",
    series: { [ops("up")]: lost(1, 0), [of("patroni", "db-1")("up")]: always(0) },
    labels: on("node", "ops-1"),
    description: "Nothing is known of node on ops-1 (0).",
  },
  {
    alert: "MetricsStale",
    pace: "minutes",
    series: {
      [ops("node_textfile_mtime_seconds", { file: "/var/lib/prometheus/node-exporter/bucket.prom" })]: age(
        5,
        3660,
        3600,
      ),
      [ops("node_textfile_mtime_seconds", {
        file: "/var/lib/prometheus/node-exporter/job-backup-report.prom",
      })]: age(99_999, 99_999, 99_999),
    },
    labels: { ...on("node", "ops-1"), file: "/var/lib/prometheus/node-exporter/bucket.prom" },
    description: "/var/lib/prometheus/node-exporter/bucket.prom on ops-1 was not written for 1h 1m 0s.",
  },
  {
    alert: "MetricsStale",
    way: "of-the-page",
    pace: "minutes",
    series: {
      [ops("node_textfile_mtime_seconds", {
        file: "/var/lib/prometheus/node-exporter/status-page.prom",
      })]: age(5, 3660, 3600),
    },
    labels: { ...on("node", "ops-1"), file: "/var/lib/prometheus/node-exporter/status-page.prom" },
    description: "/var/lib/prometheus/node-exporter/status-page.prom on ops-1 was not written for 1h 1m 0s.",
  },
  {
    alert: "StatisticsFailing",
    pace: "minutes",
    series: {
      [of("node", "db-1")("holdfast_statistics_failed_databases", { statistics: "statistics-tables" })]: lost(
        0,
        2,
      ),
    },
    labels: { ...on("node", "db-1"), statistics: "statistics-tables" },
    description: "Databases on db-1 that tell nothing of their tables or statements: 2.",
  },
  {
    alert: "BusinessQueryFailing",
    pace: "minutes",
    series: {
      [of("node", "ops-1")("holdfast_query_failed", { query: "open_orders", database: "app" })]: lost(0, 1),
    },
    labels: { ...on("node", "ops-1"), query: "open_orders", database: "app" },
    description: "The query open_orders in app fails (1).",
  },
  {
    alert: "BusinessQueryFailing",
    way: "not-asked",
    pace: "minutes",
    series: {
      [of("node", "ops-1")("holdfast_query_next_run_timestamp_seconds", {
        query: "open_orders",
        database: "app",
      })]: age(60, 3700, 3000),
    },
    labels: { ...on("node", "ops-1"), query: "open_orders", database: "app" },
    description: "The query open_orders in app fails (3.7k).",
  },
  {
    alert: "RuleEvaluationFailing",
    pace: "minutes",
    series: {
      [prometheus("prometheus_rule_evaluation_failures_total", { rule_group: "critical" })]: counter(
        0,
        0.1,
        0,
      ),
    },
    endsIn: 315,
    labels: { ...on("prometheus", "ops-1"), rule_group: "critical" },
    description: "Evaluations in critical that failed in five minutes: 1.",
  },
  {
    alert: "RuleEvaluationSlow",
    pace: "minutes",
    series: {
      [prometheus("prometheus_rule_group_iterations_missed_total", { rule_group: "critical" })]: counter(
        0,
        0.1,
        0,
      ),
    },
    endsIn: 315,
    labels: { ...on("prometheus", "ops-1"), rule_group: "critical" },
    description: "Evaluations of critical that were left out in five minutes: 30. Alerts come late.",
  },
  {
    alert: "NotificationsDropped",
    pace: "minutes",
    series: { [prometheus("prometheus_notifications_alertmanagers_discovered")]: lost(1, 0) },
    labels: on("prometheus", "ops-1"),
    description: "Prometheus has no Alertmanager, or has dropped alerts (0 in five minutes).",
  },
  {
    alert: "AlertmanagerFailing",
    pace: "minutes",
    series: {
      [alertmanager("alertmanager_notifications_failed_total", { integration: "slack", reason: "other" })]:
        counter(0, 0.1, 0),
    },
    endsIn: 315,
    labels: { instance: "ops-1", integration: "slack" },
    description: "Messages by slack that failed in five minutes: 7.",
  },
  {
    alert: "ReloadFailed",
    pace: "minutes",
    series: { [alertmanager("alertmanager_config_last_reload_successful")]: lost(1, 0) },
    labels: on("alertmanager", "ops-1"),
    description: "alertmanager on ops-1 refused its new configuration (0).",
  },
  {
    alert: "PrometheusStorageFailing",
    pace: "hours",
    series: {
      [prometheus("prometheus_tsdb_wal_corruptions_total")]: counter(0, 1 / 60, 0),
      [prometheus("prometheus_tsdb_wal_writes_failed_total")]: always(0),
      [prometheus("prometheus_tsdb_compactions_failed_total")]: always(0),
    },
    endsIn: 3600,
    labels: on("prometheus", "ops-1"),
    description: "Failures to write or to read its data in the last hour: 1.",
  },
  {
    alert: "MetricsUnreadable",
    pace: "minutes",
    series: { [ops("node_textfile_scrape_error")]: lost(0, 1) },
    labels: on("node", "ops-1"),
    description: "A file of metrics on ops-1 cannot be read (1).",
  },
  {
    alert: "NotificationsDropped",
    way: "dropped",
    pace: "minutes",
    series: {
      [prometheus("prometheus_notifications_dropped_total")]: counter(0, 0.1, 0),
      [prometheus("prometheus_notifications_alertmanagers_discovered")]: always(1),
    },
    endsIn: 315,
    labels: on("prometheus", "ops-1"),
    description: "Prometheus has no Alertmanager, or has dropped alerts (7 in five minutes).",
  },
  {
    alert: "ReloadFailed",
    way: "of-prometheus",
    pace: "minutes",
    series: { [prometheus("prometheus_config_last_reload_successful")]: lost(1, 0) },
    labels: on("prometheus", "ops-1"),
    description: "prometheus on ops-1 refused its new configuration (0).",
  },
];
