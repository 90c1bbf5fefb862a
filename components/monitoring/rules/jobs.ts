import { BACKUP_REPORT } from "../../report/names.ts";
import { RESTORE_TEST } from "../../restore/names.ts";
import { anyOf, DAY, HOUR, MINUTE } from "./expression.ts";
import type { AlertRule, ClusterFacts, ScheduledJob } from "./rule.ts";

const SUBJECT = { subject: "jobs", dashboard: "tasks" } as const;

/** These have alerts of their own, which say what it means. */
export const BARMAN_BACKUP = "barman-backup";
const TOLD_ELSEWHERE = [BARMAN_BACKUP, RESTORE_TEST, BACKUP_REPORT];

const success = (job: string): string => `holdfast_job_last_success_timestamp_seconds{job_name="${job}"}`;

const overdue = ({ name, overdueSeconds }: ScheduledJob): string =>
  `time() - (${success(name)} > 0) > ${overdueSeconds}`;

/** Jobs that run this often are missed when they have never begun; of the others, a new cluster is younger. */
const SOON = 2 * DAY;

/** Scheduled jobs: those that failed, and those that did not run at all. */
export function jobRules({ jobs }: ClusterFacts): readonly AlertRule[] {
  const others = jobs.filter(({ name }) => !TOLD_ELSEWHERE.includes(name));
  const often = jobs.filter(({ overdueSeconds }) => overdueSeconds <= SOON);
  const report = jobs.find(({ name }) => name === BACKUP_REPORT)?.overdueSeconds ?? 33 * DAY;
  return [
    {
      ...SUBJECT,
      name: "JobFailed",
      severity: "high",
      // In its first run a job has not succeeded, either.
      expr: `holdfast_job_success{job_name!="${RESTORE_TEST}"} == 0 and on (instance, job_name) holdfast_job_last_end_timestamp_seconds > 0`,
      forSeconds: MINUTE,
      summary: "{{ $labels.job_name }} has failed",
      description:
        "The last run of {{ $labels.job_name }} on {{ $labels.instance }} has failed ({{ $value | humanize }}).",
    },
    {
      ...SUBJECT,
      name: "JobOverdue",
      severity: "high",
      expr: anyOf(others.map(overdue)),
      forSeconds: MINUTE,
      summary: "{{ $labels.job_name }} is overdue",
      description:
        "{{ $labels.job_name }} has not succeeded for {{ $value | humanizeDuration }}: it was skipped, or fails.",
    },
    {
      ...SUBJECT,
      name: "JobNeverRan",
      severity: "high",
      expr: anyOf(
        often.map(({ name }) => `absent(holdfast_job_last_start_timestamp_seconds{job_name="${name}"})`),
      ),
      forSeconds: 26 * HOUR,
      summary: "{{ $labels.job_name }} has never run",
      description: "Nothing is known of a run of {{ $labels.job_name }} ({{ $value | humanize }}).",
    },
    {
      ...SUBJECT,
      name: "JobNotificationsFailing",
      severity: "high",
      expr: "increase(holdfast_job_notification_failures_total[1h]) > 0",
      forSeconds: 0,
      summary: "Nobody could be told of {{ $labels.job_name }}",
      description:
        "Messages of {{ $labels.job_name }} that reached nobody in the last hour: {{ $value | humanize }}.",
    },
    {
      ...SUBJECT,
      name: "ReportMissing",
      severity: "medium",
      expr: `time() - ${success(BACKUP_REPORT)} > ${report}`,
      forSeconds: MINUTE,
      summary: "The report of the backups was not written",
      description: "The last report of the backups is {{ $value | humanizeDuration }} old.",
    },
  ];
}
