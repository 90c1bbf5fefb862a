import { anyOf, MINUTE, TWO_SAMPLES } from "./expression.ts";
import { missingRules } from "./missing.ts";
import type { AlertRule, ClusterFacts } from "./rule.ts";

const SUBJECT = { subject: "monitoring", dashboard: "overview" } as const;

/** These have alerts of their own. */
const OWN = "patroni|etcd|haproxy";
/** Written by timers and daemons of this project; a job's own file is only as old as its last run. */
const FRESH = "statistics-[a-z]+|host|bucket|status-page";
const STALE_SECONDS = 3600;

/** No sample of two dozen targets was kept for so many seconds, as on a disk without room: no other alert can fire then. */
const NOTHING_KEPT = 10;
/** The sooner end of the dead man's switch would be a restart of Prometheus. */
const SWITCH_SECONDS = 60;
const keptFor = (seconds: number): string => `(time() - max(timestamp(up)) < ${seconds})`;

/** Whether anybody would notice. */
export const monitoringRules = (facts: ClusterFacts): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "Watchdog",
    severity: "none",
    expr: `vector(1) and on () ${keptFor(SWITCH_SECONDS)}`,
    forSeconds: 0,
    summary: "What is collected is kept, and alerts are evaluated and delivered",
    description:
      "This fires for ever ({{ $value | humanize }}). Whoever gets it raises the alarm when it stops coming.",
  },
  {
    ...SUBJECT,
    name: "PrometheusBlind",
    severity: "critical",
    expr: `vector(1) unless on () ${keptFor(NOTHING_KEPT)}`,
    // When it starts, it has not asked anybody yet.
    forSeconds: TWO_SAMPLES,
    summary: "Prometheus keeps nothing of what it collects",
    description: `Prometheus has kept nothing for more than ${NOTHING_KEPT} s ({{ $value | humanize }}): no fault can be told, and alerts that fire are called off.`,
  },
  ...missingRules(facts),
  ...collectionRules,
  ...deliveryRules,
];

const collectionRules: readonly AlertRule[] = [
  {
    ...SUBJECT,
    name: "ExporterDown",
    severity: "high",
    expr: `up{job!~"${OWN}"} == 0`,
    forSeconds: MINUTE,
    summary: "{{ $labels.job }} on {{ $labels.instance }} cannot be scraped",
    description: "Nothing is known of {{ $labels.job }} on {{ $labels.instance }} ({{ $value | humanize }}).",
  },
  {
    ...SUBJECT,
    name: "MetricsStale",
    severity: "high",
    expr: `time() - node_textfile_mtime_seconds{file=~"(.*/)?(${FRESH})[.]prom"} > ${STALE_SECONDS}`,
    forSeconds: 5 * MINUTE,
    summary: "{{ $labels.instance }} tells old metrics",
    description:
      "{{ $labels.file }} on {{ $labels.instance }} was not written for {{ $value | humanizeDuration }}.",
  },
  {
    ...SUBJECT,
    name: "MetricsUnreadable",
    severity: "high",
    expr: "node_textfile_scrape_error == 1",
    forSeconds: 5 * MINUTE,
    summary: "{{ $labels.instance }} has metrics that cannot be read",
    description: "A file of metrics on {{ $labels.instance }} cannot be read ({{ $value | humanize }}).",
  },
  {
    ...SUBJECT,
    name: "StatisticsFailing",
    severity: "medium",
    expr: "holdfast_statistics_failed_databases > 0",
    forSeconds: 15 * MINUTE,
    summary: "{{ $labels.statistics }} fails on {{ $labels.instance }}",
    description:
      "Databases on {{ $labels.instance }} that tell nothing of their tables or statements: {{ $value | humanize }}.",
  },
  {
    ...SUBJECT,
    name: "BusinessQueryFailing",
    severity: "high",
    // Or it is not asked any more, and its numbers get old.
    expr: anyOf(["holdfast_query_failed == 1", "time() - holdfast_query_next_run_timestamp_seconds > 3600"]),
    forSeconds: 2 * MINUTE,
    summary: "The query {{ $labels.query }} fails",
    description: "The query {{ $labels.query }} in {{ $labels.database }} fails ({{ $value | humanize }}).",
  },
];

const deliveryRules: readonly AlertRule[] = [
  {
    ...SUBJECT,
    name: "RuleEvaluationFailing",
    severity: "high",
    expr: "increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
    forSeconds: 0,
    summary: "Prometheus cannot evaluate its rules",
    description:
      "Evaluations in {{ $labels.rule_group }} that failed in five minutes: {{ $value | humanize }}.",
  },
  {
    ...SUBJECT,
    name: "RuleEvaluationSlow",
    severity: "high",
    expr: "increase(prometheus_rule_group_iterations_missed_total[5m]) > 0",
    forSeconds: 5 * MINUTE,
    summary: "Prometheus does not keep up with its rules",
    description:
      "Evaluations of {{ $labels.rule_group }} that were left out in five minutes: {{ $value | humanize }}. Alerts come late.",
  },
  {
    ...SUBJECT,
    name: "NotificationsDropped",
    severity: "high",
    expr: anyOf([
      "increase(prometheus_notifications_dropped_total[5m]) > 0",
      "prometheus_notifications_alertmanagers_discovered < 1",
    ]),
    forSeconds: MINUTE,
    summary: "Alerts do not reach Alertmanager",
    description:
      "Prometheus has no Alertmanager, or has dropped alerts ({{ $value | humanize }} in five minutes).",
  },
  {
    ...SUBJECT,
    name: "AlertmanagerFailing",
    severity: "high",
    expr: "sum by (instance, integration) (increase(alertmanager_notifications_failed_total[5m])) > 0",
    forSeconds: MINUTE,
    summary: "Alertmanager cannot tell anybody by {{ $labels.integration }}",
    description:
      "Messages by {{ $labels.integration }} that failed in five minutes: {{ $value | humanize }}.",
  },
  {
    ...SUBJECT,
    name: "ReloadFailed",
    severity: "high",
    expr: "prometheus_config_last_reload_successful == 0 or alertmanager_config_last_reload_successful == 0",
    forSeconds: MINUTE,
    summary: "{{ $labels.job }} runs with an old configuration",
    description:
      "{{ $labels.job }} on {{ $labels.instance }} refused its new configuration ({{ $value | humanize }}).",
  },
  {
    ...SUBJECT,
    name: "PrometheusStorageFailing",
    severity: "high",
    expr: `${["wal_corruptions_total", "wal_writes_failed_total", "compactions_failed_total"]
      .map((name) => `increase(prometheus_tsdb_${name}[1h])`)
      .join(" + ")} > 0`,
    forSeconds: 0,
    summary: "Prometheus cannot keep what it collects",
    description: "Failures to write or to read its data in the last hour: {{ $value | humanize }}.",
  },
];
