import type { Known } from "./levels.ts";
import { graph, query, type Section, states } from "./panel.ts";
import { ON_HOST } from "./variables.ts";

const NO_YES = { 0: { text: "no", color: "green" }, 1: { text: "yes", color: "red" } } as const;

/** Patroni, etcd, and whom proxies take for the leader. */
export const consensus = (facts: Known): readonly Section[] => [
  { title: "Patroni and the proxies", height: 7, panels: patroni() },
  { title: "etcd", height: 8, panels: etcd(facts) },
];

const patroni = (): Section["panels"] => [
  graph({
    title: "Patroni has not seen etcd for",
    width: 8,
    unit: "s",
    description: "A leader that has not seen it for as long as its lease steps down.",
    queries: [query(`clamp_min(time() - patroni_dcs_last_seen{${ON_HOST}}, 0)`, "{{instance}}")],
  }),
  states({
    title: "Patroni's state",
    width: 8,
    unit: "none",
    description: "Nobody holds the lease; members agree without etcd; failover is off.",
    texts: NO_YES,
    queries: [
      query("max(patroni_cluster_unlocked)", "no lease"),
      query("max(patroni_failsafe_mode_is_active)", "failsafe"),
      query("max(patroni_is_paused)", "paused"),
    ],
  }),
  states({
    title: "Whom proxies lead writers to",
    width: 8,
    unit: "none",
    texts: { 0: { text: "no", color: "gray" }, 1: { text: "leads there", color: "green" } },
    queries: [query('haproxy_server_status{proxy="primary",state="UP"}', "{{instance}} to {{server}}")],
  }),
];

const etcd = ({ levels }: Known): Section["panels"] => [
  states({
    title: "Members with a leader",
    width: 8,
    unit: "none",
    texts: {
      0: { text: "without", color: "red" },
      1: { text: "follows", color: "blue" },
      2: { text: "leads", color: "green" },
    },
    queries: [query("etcd_server_has_leader + etcd_server_is_leader", "{{instance}}")],
  }),
  graph({
    title: "Writing its log",
    width: 8,
    unit: "s",
    description: "99 of 100 times faster than this. Slow disks make etcd lose its leader.",
    bounds: levels.etcdFsyncSeconds,
    queries: [
      query(
        `histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket{${ON_HOST}}[$__rate_interval])))`,
        "{{instance}}",
      ),
    ],
  }),
  graph({
    title: "Way to the other members and back",
    width: 8,
    unit: "s",
    description: "99 of 100 times faster than this.",
    queries: [
      query(
        `histogram_quantile(0.99, sum by (instance, le) (rate(etcd_network_peer_round_trip_time_seconds_bucket{${ON_HOST}}[$__rate_interval])))`,
        "{{instance}}",
      ),
    ],
  }),
  graph({
    title: "Changes of etcd's leader",
    width: 8,
    unit: "short",
    decimals: 0,
    queries: [
      query(
        `increase(etcd_server_leader_changes_seen_total{${ON_HOST}}[10m])`,
        "{{instance}}, in 10 minutes",
      ),
    ],
  }),
  graph({
    title: "Proposals that failed or wait",
    width: 8,
    unit: "short",
    queries: [
      query(
        `increase(etcd_server_proposals_failed_total{${ON_HOST}}[10m])`,
        "{{instance}} failed, in 10 minutes",
      ),
      query(`etcd_server_proposals_pending{${ON_HOST}}`, "{{instance}} wait"),
    ],
  }),
  graph({
    title: "etcd's data, of its quota",
    width: 8,
    unit: "percentunit",
    description: "At its quota etcd takes no more writes.",
    bounds: levels.etcdDatabaseRatio,
    queries: [
      query(
        `etcd_mvcc_db_total_size_in_bytes{${ON_HOST}} / etcd_server_quota_backend_bytes{${ON_HOST}}`,
        "{{instance}}",
      ),
    ],
  }),
];
