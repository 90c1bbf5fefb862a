import { hostsOf } from "../../model.ts";
import { clusterFacts, type MonitoringPlan, thresholdsOf } from "../facts.ts";

/** The dashboards of a cluster, by the names of their files; none where there is no Grafana to show them. */
export async function dashboardsOf(plan: MonitoringPlan): Promise<ReadonlyMap<string, string>> {
  if (plan.monitoring.grafana === undefined) return new Map();
  const { renderDashboards } = await import("../dashboards/dashboards.ts");
  const { cluster, hosts } = plan.topology;
  return renderDashboards({
    cluster,
    members: hostsOf(hosts, "database").map(({ name }) => name),
    jobs: clusterFacts(plan).jobs.map(({ name }) => name),
    thresholds: thresholdsOf(plan),
  });
}
