import type { ScrapeTarget } from "../scrape.ts";

/** critical wakes somebody, high is for the day, medium for the week; none is the dead man's switch. */
export type Severity = "critical" | "high" | "medium" | "none";

/** What an alert is about: alerts are shown and told by it. */
export const SUBJECTS = [
  "availability",
  "replication",
  "consensus",
  "pools",
  "hosts",
  "backups",
  "postgres",
  "jobs",
  "monitoring",
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** The dashboard that shows it, by the last part of its uid. */
export type Dashboard =
  | "overview"
  | "replication"
  | "performance"
  | "capacity"
  | "backups"
  | "tasks"
  | "hosts";

export interface AlertRule {
  /** Also the name of its page in docs/runbooks. */
  readonly name: string;
  readonly severity: Severity;
  readonly subject: Subject;
  readonly expr: string;
  /** How long it has to hold. 0 where the expression itself looks at more than one scrape. */
  readonly forSeconds: number;
  /** Templates of Prometheus: one line, and what is to be known with the value. */
  readonly summary: string;
  readonly description: string;
  readonly dashboard: Dashboard;
}

export interface RuleGroup {
  readonly name: string;
  readonly intervalSeconds: number;
  readonly rules: readonly AlertRule[];
}

/** A job on a schedule, and after how long without a success it is overdue. */
export interface ScheduledJob {
  readonly name: string;
  readonly overdueSeconds: number;
}

/** What rules know of a cluster beforehand. */
export interface ClusterFacts {
  /** Names of hosts. */
  readonly members: readonly string[];
  readonly proxies: readonly string[];
  readonly durability: "strict" | "preferred" | "async";
  readonly jobs: readonly ScheduledJob[];
  /** Everything that is scraped, one entry for each job and instance. */
  readonly targets: readonly ScrapeTarget[];
  /** Links begin with them. Without dashboards there are no links to any. */
  readonly runbooks: string;
  readonly dashboards?: string;
}
