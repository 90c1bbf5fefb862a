import { DATA_ROOT } from "../../paths.ts";
import { behind, oneOf } from "../rules/expression.ts";
import { type Known, NONE } from "./levels.ts";
import { query, type Section, stat } from "./panel.ts";
import { OF_APPLICATIONS } from "./variables.ts";

const DAY = 86400;

/** A number for each question of the first minute; green, yellow, red. */
export const overviewNow = (facts: Known): readonly Section[] => [
  { title: "Service", height: 4, panels: service(facts) },
  { title: "Safety", height: 4, panels: safety(facts) },
];

const service = ({ levels, members }: Known): Section["panels"] => [
  stat({
    title: "Leader",
    width: 3,
    unit: "none",
    named: true,
    otherwise: "nobody leads",
    more: "replication",
    queries: [query("patroni_primary == 1", "{{instance}}")],
  }),
  stat({
    title: "Streaming standbys",
    width: 3,
    unit: "none",
    // One less is a host in maintenance; none at all is a cluster that cannot lose its leader.
    bounds: { below: { warning: members.length - 1, critical: 1 } },
    otherwise: "unknown",
    more: "replication",
    queries: [query(`sum(pg_standby_streaming{standby=~"${oneOf(members)}"})`, "streaming")],
  }),
  stat({
    title: "Alerts",
    width: 6,
    unit: "none",
    bounds: NONE,
    otherwise: "unknown",
    queries: ["critical", "high", "medium"].map((severity) =>
      query(`count(ALERTS{alertstate="firing",severity="${severity}"}) or vector(0)`, severity),
    ),
  }),
  stat({
    title: "Furthest behind",
    width: 3,
    unit: "s",
    description: "The standby that is furthest behind the leader.",
    bounds: levels.lagSeconds,
    otherwise: "no standby",
    more: "replication",
    queries: [query(`max(${behind(members)})`, "behind")],
  }),
  stat({
    title: "Connections in use",
    width: 3,
    unit: "percentunit",
    description: "Of those that clients may have, on the fullest member.",
    bounds: levels.connectionsRatio,
    otherwise: "unknown",
    more: "performance",
    queries: [
      query(
        "max(sum by (instance) (pg_sessions_count) / on (instance) (pg_state_max_connections - pg_state_reserved_connections))",
        "used",
      ),
    ],
  }),
  stat({
    title: "Clients that wait",
    width: 3,
    unit: "none",
    description: "For a connection to a server, in the pools of all proxies.",
    bounds: { above: { warning: 1 } },
    otherwise: "unknown",
    more: "performance",
    queries: [query("sum(pgbouncer_pools_client_waiting_connections)", "waiting")],
  }),
  stat({
    title: "Transactions",
    width: 3,
    unit: "suffix: /s",
    otherwise: "unknown",
    more: "performance",
    queries: [
      query(
        `sum(rate(pg_databases_commits_total{${OF_APPLICATIONS}}[$__rate_interval])) + sum(rate(pg_databases_rollbacks_total{${OF_APPLICATIONS}}[$__rate_interval]))`,
        "transactions",
      ),
    ],
  }),
];

const safety = ({ levels }: Known): Section["panels"] => [
  stat({
    title: "Not scraped",
    width: 3,
    unit: "none",
    description: "Programs that do not answer Prometheus, of all hosts.",
    bounds: NONE,
    otherwise: "unknown",
    more: "hosts",
    queries: [query("count(up == 0) or vector(0)", "targets")],
  }),
  stat({
    title: "Errors in this time",
    width: 6,
    unit: "short",
    description: "Deadlocks, queries that a standby cancelled, pages with a wrong checksum.",
    decimals: 0,
    bounds: NONE,
    otherwise: "unknown",
    more: "performance",
    queries: [
      query("sum(increase(pg_databases_deadlocks_total[$__range]))", "deadlocks"),
      query("sum(increase(pg_databases_conflicts_total[$__range]))", "conflicts"),
      query("sum(pg_databases_checksum_failures_total)", "checksums"),
    ],
  }),
  stat({
    title: "Fullest data volume",
    width: 3,
    unit: "percentunit",
    bounds: levels.diskUsedRatio,
    otherwise: "unknown",
    more: "capacity",
    queries: [
      query(
        `max(1 - node_filesystem_avail_bytes{mountpoint="${DATA_ROOT}"} / node_filesystem_size_bytes{mountpoint="${DATA_ROOT}"})`,
        "used",
      ),
    ],
  }),
  stat({
    title: "Last backup",
    width: 3,
    unit: "s",
    description: "Age of the last base backup that succeeded.",
    bounds: levels.backupAgeSeconds,
    otherwise: "none yet",
    more: "backups",
    queries: [query("time() - max(holdfast_backup_last_success_timestamp_seconds)", "age", { step: "15s" })],
  }),
  stat({
    title: "WAL not in the bucket",
    width: 3,
    unit: "s",
    description: "Age of the oldest file that waits: what the loss of all hosts would cost, at least.",
    bounds: levels.uploadWaitSeconds,
    otherwise: "unknown",
    more: "backups",
    queries: [
      query(
        "max((time() - holdfast_bucket_oldest_waiting_timestamp_seconds) * (holdfast_bucket_oldest_waiting_timestamp_seconds > bool 0))",
        "waiting",
      ),
    ],
  }),
  stat({
    title: "Failed jobs",
    width: 3,
    unit: "none",
    bounds: NONE,
    otherwise: "unknown",
    more: "tasks",
    queries: [query("count(holdfast_job_success == 0 and holdfast_job_running == 0) or vector(0)", "failed")],
  }),
  stat({
    title: "Next certificate ends",
    width: 3,
    unit: "d",
    bounds: levels.certificateDays,
    decimals: 0,
    otherwise: "unknown",
    more: "hosts",
    queries: [query(`(min(holdfast_certificate_end_timestamp_seconds) - time()) / ${DAY}`, "days left")],
  }),
];
