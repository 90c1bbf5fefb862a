import type { Thresholds } from "../rules/schema.ts";

/** What dashboards know of a cluster beforehand; everything else they ask Prometheus. */
export interface DashboardFacts {
  readonly cluster: string;
  /** Names of the database hosts. */
  readonly members: readonly string[];
  /** Every scheduled job, so that one that has never run is seen, too. */
  readonly jobs: readonly string[];
  /** Of the alerts, which panels show. */
  readonly thresholds: Thresholds;
}
