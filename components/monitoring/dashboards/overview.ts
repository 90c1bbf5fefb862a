import { DATA_ROOT } from "../../paths.ts";
import { behind } from "../rules/expression.ts";
import type { Known } from "./levels.ts";
import { overviewNow } from "./overview-now.ts";
import { bars, type Dashboard, graph, query, table } from "./panel.ts";
import { rolesPanel } from "./roles.ts";
import { OF_APPLICATIONS } from "./variables.ts";

/** What is looked at first: who leads, what fires, whether clients are served and data is safe. */
export const overview = (facts: Known): Dashboard => ({
  name: "overview",
  title: "Overview",
  description: `${facts.cluster} at a glance. Every panel has a dashboard that tells more.`,
  variables: [],
  from: "now-1h",
  refresh: "10s",
  sections: [
    ...overviewNow(facts),
    {
      title: "Alerts and roles",
      height: 7,
      panels: [
        table({
          title: "Firing alerts",
          width: 12,
          labels: { severity: "Severity", alertname: "Alert", instance: "Host" },
          sortBy: "For",
          columns: [
            {
              name: "For",
              unit: "dtdurations",
              expr: 'time() - max by (severity, alertname, instance) (ALERTS_FOR_STATE and ignoring (alertstate) ALERTS{alertstate="firing",severity!="none"})',
              mayBeEmpty: "nothing is wrong",
            },
          ],
        }),
        rolesPanel(12),
      ],
    },
    {
      title: "Clients",
      height: 8,
      panels: [
        graph({
          title: "Transactions",
          width: 8,
          unit: "suffix: /s",
          more: "performance",
          queries: [
            query(`sum(rate(pg_databases_commits_total{${OF_APPLICATIONS}}[$__rate_interval]))`, "committed"),
            query(
              `sum(rate(pg_databases_rollbacks_total{${OF_APPLICATIONS}}[$__rate_interval]))`,
              "rolled back",
            ),
          ],
        }),
        graph({
          title: "Time of a query through the pools",
          width: 8,
          unit: "s",
          description: "On average, and how long clients waited for a server's connection before it.",
          more: "performance",
          queries: [
            query(
              "sum by (pooler) (rate(pgbouncer_stats_queries_duration_seconds_total[$__rate_interval])) / clamp_min(sum by (pooler) (rate(pgbouncer_stats_queries_pooled_total[$__rate_interval])), 0.001)",
              "{{pooler}}",
            ),
            query(
              "sum by (pooler) (rate(pgbouncer_stats_client_wait_seconds_total[$__rate_interval])) / clamp_min(sum by (pooler) (rate(pgbouncer_stats_queries_pooled_total[$__rate_interval])), 0.001)",
              "{{pooler}}, waiting",
            ),
          ],
        }),
        graph({
          title: "Connections",
          width: 8,
          unit: "short",
          stacked: true,
          more: "performance",
          queries: [query("sum by (state) (pg_sessions_count)", "{{state}}")],
        }),
      ],
    },
    {
      title: "Replication and hosts",
      height: 8,
      panels: [
        graph({
          title: "Behind the leader",
          width: 8,
          unit: "s",
          description:
            "How old what a standby shows to readers is, by the leader's account; of one that the leader does not know, by its own.",
          bounds: facts.levels.lagSeconds,
          more: "replication",
          queries: [query(behind(facts.members), "{{instance}}")],
        }),
        graph({
          title: "Processors in use",
          width: 8,
          unit: "percentunit",
          max: 1,
          bounds: facts.levels.cpuRatio,
          more: "hosts",
          queries: [
            query(
              '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))',
              "{{instance}}",
            ),
          ],
        }),
        bars({
          title: "Data volumes in use",
          width: 8,
          unit: "percentunit",
          max: 1,
          bounds: facts.levels.diskUsedRatio,
          more: "capacity",
          queries: [
            query(
              `max by (instance) (1 - node_filesystem_avail_bytes{mountpoint="${DATA_ROOT}"} / node_filesystem_size_bytes{mountpoint="${DATA_ROOT}"})`,
              "{{instance}}",
            ),
          ],
        }),
      ],
    },
  ],
});
