import { type AlertCase, age, always, counter, gauge, of, on } from "../case.ts";

const HOUR = 3600;
const ops = of("node", "ops-1");
const check = { job_name: "barman-check" };
const report = { job_name: "backup-report" };

export const JOB_CASES: readonly AlertCase[] = [
  {
    alert: "JobFailed",
    pace: "minutes",
    series: {
      [ops("holdfast_job_success", check)]: gauge(1, 0, 1),
      [ops("holdfast_job_last_end_timestamp_seconds", check)]: always(1),
    },
    labels: { ...on("node", "ops-1"), ...check },
    description: "The last run of barman-check on ops-1 has failed (0).",
  },
  {
    alert: "JobOverdue",
    pace: "days",
    series: {
      [ops("holdfast_job_last_success_timestamp_seconds", check)]: age(-1, 5 * HOUR, 1 * HOUR),
      [ops("holdfast_job_last_success_timestamp_seconds", { job_name: "recovery-window" })]: always(0),
    },
    firesIn: 5 * HOUR,
    labels: { ...on("node", "ops-1"), ...check },
    description: "barman-check has not succeeded for 5h 0m 0s: it was skipped, or fails.",
  },
  {
    alert: "JobOverdue",
    way: "never",
    pace: "minutes",
    series: {
      [ops("holdfast_job_last_success_timestamp_seconds", check)]: always(0),
      [ops("holdfast_job_scheduled_timestamp_seconds", check)]: age(HOUR, 3 * HOUR, HOUR),
    },
    labels: { ...on("node", "ops-1"), ...check },
    description: "barman-check has not succeeded for 3h 0m 0s: it was skipped, or fails.",
  },
  {
    alert: "JobNotificationsFailing",
    pace: "hours",
    series: { [ops("holdfast_job_notification_failures_total", check)]: counter(0, 1 / 60, 0) },
    endsIn: 3600,
    labels: { ...on("node", "ops-1"), ...check },
    description: "Messages of barman-check that Slack or PagerDuty did not take in the last hour: 1.",
  },
  {
    alert: "ReportMissing",
    pace: "minutes",
    // Since it was scheduled: a success of so long ago would be before the beginning of promtool's time.
    series: {
      [ops("holdfast_job_last_success_timestamp_seconds", report)]: always(0),
      [ops("holdfast_job_scheduled_timestamp_seconds", report)]: age(HOUR, 33 * 24 * HOUR, 31 * 24 * HOUR),
    },
    labels: { ...on("node", "ops-1"), ...report },
    description: "The last report of the backups was 33d 0h 0m 0s ago, or should have been.",
  },
];
