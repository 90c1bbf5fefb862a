import { type Known, NONE } from "./levels.ts";
import { type Dashboard, graph, query, type Section, stat, states, table } from "./panel.ts";

const NEVER = { 0: { text: "never", color: "gray" } } as const;
const RESULT = {
  [-1]: { text: "has not run", color: "gray" },
  0: { text: "failed", color: "red" },
  1: { text: "good", color: "green" },
  2: { text: "runs", color: "blue" },
} as const;

/** 2 while it runs, else whether its last run was good. */
const STATE =
  "max by (job_name) (holdfast_job_success * (1 - holdfast_job_running) + 2 * holdfast_job_running)";

/** When every scheduled job ran, how it ended, and how long it takes by now. */
export const tasks = (facts: Known): Dashboard => ({
  name: "tasks",
  title: "Tasks",
  description: `Every scheduled job of ${facts.cluster}.`,
  variables: [],
  from: "now-7d",
  refresh: "1m",
  sections: [jobs(facts), trend()],
});

/**
 * A job's metrics begin with its first run: before that, the value that stands for it, as long as its host says anything
 * at all.
 */
const known = (jobs: readonly string[], expr: string, unknown: number): string =>
  [
    expr,
    ...jobs.map(
      (job) =>
        `label_replace(vector(${unknown}) and on () up{job="node",role="operations"} == 1, "job_name", "${job}", "", "")`,
    ),
  ].join(" or on (job_name) ");

const each = (metric: string): string => `max by (job_name) (holdfast_job_${metric})`;

const jobs = (facts: Known): Section => ({
  title: "Jobs",
  height: 9,
  panels: [
    table({
      title: "Every job",
      width: 16,
      labels: { job_name: "Job" },
      columns: [
        { name: "Result", unit: "none", texts: RESULT, expr: known(facts.jobs, STATE, -1) },
        {
          name: "Last start",
          unit: "dateTimeFromNow",
          texts: NEVER,
          expr: known(facts.jobs, `${each("last_start_timestamp_seconds")} * 1000`, 0),
        },
        {
          name: "Last success",
          unit: "dateTimeFromNow",
          texts: NEVER,
          expr: known(facts.jobs, `${each("last_success_timestamp_seconds")} * 1000`, 0),
        },
        { name: "Duration", unit: "dtdurations", expr: known(facts.jobs, each("duration_seconds"), 0) },
        {
          name: "Attempts",
          unit: "none",
          expr: known(facts.jobs, each("attempts"), 0),
          bounds: { above: { warning: 2 } },
        },
        {
          name: "Nobody told",
          unit: "none",
          expr: known(facts.jobs, each("notification_failures_total"), 0),
          bounds: NONE,
        },
      ],
    }),
    stat({
      title: "Duration and its trend",
      width: 8,
      unit: "dtdurations",
      sparkline: true,
      otherwise: "no run yet",
      queries: [query(each("duration_seconds"), "{{job_name}}")],
    }),
  ],
});

const trend = (): Section => ({
  title: "Trend",
  height: 9,
  panels: [
    states({
      title: "Results",
      width: 12,
      unit: "none",
      texts: RESULT,
      queries: [query(STATE, "{{job_name}}")],
    }),
    graph({
      title: "Durations",
      width: 12,
      unit: "dtdurations",
      logarithmic: true,
      steps: true,
      queries: [query(each("duration_seconds"), "{{job_name}}")],
    }),
    graph({
      title: "Since the last success",
      width: 12,
      unit: "dtdurations",
      logarithmic: true,
      description: "A saw that does not come back down is a job that no longer succeeds.",
      queries: [query(`time() - (${each("last_success_timestamp_seconds")} > 0)`, "{{job_name}}")],
    }),
    graph({
      title: "Attempts",
      width: 12,
      unit: "none",
      decimals: 0,
      steps: true,
      description: "More than one: the job failed before.",
      queries: [query(each("attempts"), "{{job_name}}")],
    }),
  ],
});
