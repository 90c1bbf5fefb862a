import { BACKUP_REPORT } from "../../report/names.ts";
import { RESTORE_TEST } from "../../restore/names.ts";
import { anyOf, MINUTE } from "./expression.ts";
import type { AlertRule, ClusterFacts, ScheduledJob } from "./rule.ts";

const SUBJECT = { subject: "jobs", dashboard: "tasks" } as const;

/** These have alerts of their own, which say what it means. */
export const BARMAN_BACKUP = "barman-backup";
const TOLD_ELSEWHERE = [BARMAN_BACKUP, RESTORE_TEST, BACKUP_REPORT];

/** The last success; before the first one, since when the job has been there: one that never ran is missed as well. */
const since = (job: string): string =>
  `(holdfast_job_last_success_timestamp_seconds{job_name="${job}"} > 0 or holdfast_job_scheduled_timestamp_seconds{job_name="${job}"})`;

/** True from so long after the last success on, with the time since then. */
export const overdue = (name: string, jobs: readonly ScheduledJob[]): string =>
  `time() - ${since(name)} > ${secondsOf(name, jobs)}`;

function secondsOf(name: string, jobs: readonly ScheduledJob[]): number {
  const job = jobs.find((each) => each.name === name);
  if (job === undefined) throw new Error(`no schedule is known of the job ${name}`);
  return job.overdueSeconds;
}

/** Scheduled jobs: those that failed, and those that did not run at all. */
export function jobRules({ jobs }: ClusterFacts): readonly AlertRule[] {
  const others = jobs.filter(({ name }) => !TOLD_ELSEWHERE.includes(name));
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
      expr: anyOf(others.map(({ name }) => overdue(name, jobs))),
      forSeconds: MINUTE,
      summary: "{{ $labels.job_name }} is overdue",
      description:
        "{{ $labels.job_name }} has not succeeded for {{ $value | humanizeDuration }}: it was skipped, or fails.",
    },
    {
      ...SUBJECT,
      name: "JobNotificationsFailing",
      severity: "high",
      expr: "increase(holdfast_job_notification_failures_total[1h]) > 0",
      forSeconds: 0,
      summary: "A message of {{ $labels.job_name }} did not arrive",
      description:
        "Messages of {{ $labels.job_name }} that Slack or PagerDuty did not take in the last hour: {{ $value | humanize }}.",
    },
    {
      ...SUBJECT,
      name: "ReportMissing",
      severity: "medium",
      expr: overdue(BACKUP_REPORT, jobs),
      forSeconds: MINUTE,
      summary: "The report of the backups was not written",
      description:
        "The last report of the backups was {{ $value | humanizeDuration }} ago, or should have been.",
    },
  ];
}
