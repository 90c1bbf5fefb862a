import type { DashboardFacts } from "../../components/monitoring/dashboards/facts.ts";
import { THRESHOLDS } from "./alerts/facts.ts";

export const FACTS: DashboardFacts = {
  cluster: "demo",
  members: ["db-1", "db-2", "db-3"],
  jobs: ["barman-backup", "restore-test"],
  thresholds: THRESHOLDS,
};
