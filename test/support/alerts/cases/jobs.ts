import { type AlertCase, age, always, counter, gauge, of, on } from "../case.ts";
import { FACTS } from "../facts.ts";

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
    // Of a job that never succeeded it is told that it fails, not how late it is.
    series: {
      [ops("holdfast_job_last_success_timestamp_seconds", check)]: age(-1, 5 * HOUR, 1 * HOUR),
      [ops("holdfast_job_last_success_timestamp_seconds", { job_name: "recovery-window" })]: always(0),
    },
    firesIn: 5 * HOUR,
    labels: { ...on("node", "ops-1"), ...check },
    description: "barman-check has not succeeded for 5h 0m 0s: it was skipped, or fails.",
  },
  {
    alert: "JobNeverRan",
    pace: "hours",
    series: Object.fromEntries(
      FACTS.jobs
        .filter(({ overdueSeconds }) => overdueSeconds <= 48 * HOUR)
        .map(({ name }) => [
          ops("holdfast_job_last_start_timestamp_seconds", { job_name: name }),
          name === "barman-check" ? gauge(1, "none", 1) : always(1),
        ]),
    ),
    labels: check,
    description: "Nothing is known of a run of barman-check (1).",
  },
  {
    alert: "JobNotificationsFailing",
    pace: "hours",
    series: { [ops("holdfast_job_notification_failures_total", check)]: counter(0, 1 / 60, 0) },
    endsIn: 3600,
    labels: { ...on("node", "ops-1"), ...check },
    description: "Messages of barman-check that reached nobody in the last hour: 1.",
  },
  {
    alert: "ReportMissing",
    pace: "minutes",
    series: {
      [ops("holdfast_job_last_success_timestamp_seconds", report)]: age(HOUR, 33 * 24 * HOUR, 31 * 24 * HOUR),
    },
    labels: { ...on("node", "ops-1"), ...report },
    description: "The last report of the backups is 33d 0h 0m 0s old.",
  },
];
