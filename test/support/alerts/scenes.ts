import { of } from "./case.ts";
import { FACTS } from "./facts.ts";
import type { Test } from "./promtool.ts";

/**
 * What happens to several series at a time, each scraped at a moment of its own within five seconds, as in Prometheus.
 * Only what pages is looked at.
 */
const SCRAPE = 5;
const SECONDS = 90;

type At = (second: number) => number | "none";

/** Its values at its own moments, and nothing in between. */
const seen = (series: string, offset: number, value: At) => {
  const values = Array.from({ length: SECONDS }, (_, second) => {
    if (second % SCRAPE !== offset) return "_";
    const now = value(second);
    return now === "none" ? "stale" : now;
  });
  return { series, values: values.join(" ") };
};

const always =
  (number: number): At =>
  () =>
    number;
const from =
  (second: number, before: number | "none", after: number | "none"): At =>
  (now) =>
    now < second ? before : after;

const REPLAY = { standby: FACTS.members[2] ?? "", stage: "replay" };
const member = (index: number) => FACTS.members[index] ?? "";
const patroni = (index: number) => of("patroni", member(index));
const postgres = (index: number) => of("postgres", member(index));

const firing = (alert: string, at: number, value: 0 | 1) => ({
  expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) > bool 0 or vector(0)`,
  eval_time: `${at}s`,
  exp_samples: [{ value }],
});

const scene = (
  name: string,
  input_series: Test["input_series"],
  paged: readonly string[],
  within: number,
): Test => ({
  name,
  interval: "1s",
  input_series,
  promql_expr_test: [
    {
      expr: `count(count by (alertname) (count_over_time(ALERTS{severity="critical",alertstate="firing"}[${within}s]))) or vector(0)`,
      eval_time: `${within}s`,
      exp_samples: [{ value: paged.length }],
    },
    ...paged.map((alert) => firing(alert, within, 1)),
  ],
});

/** db-1 hands over to db-2 at `at`, which leads two seconds later; the proxies and db-3 follow. */
const switchover = (at: number, offsets: readonly [first: number, second: number]) => [
  ...FACTS.members.map((_, index) => seen(patroni(index)("up"), offsets[index] ?? 0, always(1))),
  ...FACTS.members.map((_, index) => seen(postgres(index)("pg_up"), offsets[index] ?? 0, always(1))),
  seen(patroni(0)("patroni_primary"), offsets[0], from(at, 1, 0)),
  seen(patroni(1)("patroni_primary"), offsets[1], from(at + 2, 0, 1)),
  seen(patroni(2)("patroni_primary"), 0, always(0)),
  seen(postgres(0)("pg_state_in_recovery"), offsets[0], from(at, 0, 1)),
  seen(postgres(1)("pg_state_in_recovery"), offsets[1], from(at + 2, 1, 0)),
  seen(postgres(0)("pg_state_sync_standbys"), offsets[0], from(at, 2, 0)),
  seen(postgres(1)("pg_state_sync_standbys"), offsets[1], from(at + 5, 0, 2)),
  // An idle primary is heard every five seconds, and nobody for as long as it takes to turn to the next one.
  seen(postgres(2)("pg_replay_time_seconds"), 0, (now) => now),
  seen(
    postgres(2)("pg_replay_heard_timestamp_seconds"),
    0,
    (now) => Math.floor((now > at && now < at + 6 ? at : now) / SCRAPE) * SCRAPE,
  ),
  // The former primary's last word of a standby is there until it is asked again.
  seen(postgres(0)("pg_standby_lag_seconds", REPLAY), offsets[0], from(at, 0, "none")),
  seen(postgres(1)("pg_standby_lag_seconds", REPLAY), offsets[1], from(at + 2, "none", 0)),
  ...FACTS.proxies.flatMap((name, index) => [
    seen(of("haproxy", name)("up"), index, always(1)),
    seen(of("haproxy", name)("haproxy_backend_active_servers", { proxy: "primary" }), index, (now) =>
      now < at || now >= at + 2 ? 1 : 0,
    ),
    seen(of("pgbouncer", name)("up", { pooler: "writer" }), index, always(1)),
    seen(of("pgbouncer", name)("pgbouncer_up", { pooler: "writer" }), index, always(1)),
    seen(
      of("pgbouncer", name)("pgbouncer_pools_client_maxwait_seconds", { pooler: "writer", database: "app" }),
      index,
      (now) => (now >= at && now < at + 2 ? now - at : 0),
    ),
  ]),
];

const LOST_AT = 31;

/** db-1, which leads, is gone from a moment on right after it was asked, and nobody else takes over. */
const lostLeader = [
  ...["node", "postgres", "patroni", "etcd"].map((job) =>
    seen(of(job, member(0))("up"), 0, from(LOST_AT, 1, 0)),
  ),
  ...[1, 2].flatMap((index) => [
    ...["node", "postgres", "patroni", "etcd"].map((job) =>
      seen(of(job, member(index))("up"), index, always(1)),
    ),
    seen(patroni(index)("patroni_primary"), index, always(0)),
    seen(postgres(index)("pg_up"), index, always(1)),
    seen(of("etcd", member(index))("etcd_server_has_leader"), index, always(1)),
    seen(postgres(index)("pg_replay_time_seconds"), index, (now) => now),
    seen(postgres(index)("pg_replay_heard_timestamp_seconds"), index, (now) => Math.min(now, LOST_AT)),
  ]),
  seen(patroni(0)("patroni_primary"), 0, from(LOST_AT, 1, "none")),
  seen(postgres(0)("pg_up"), 0, from(LOST_AT, 1, "none")),
  // Whoever writes waits, at each proxy.
  ...FACTS.proxies.map((name, index) =>
    seen(
      of("pgbouncer", name)("pgbouncer_pools_client_maxwait_seconds", { pooler: "writer", database: "app" }),
      index,
      (now) => Math.max(0, now - LOST_AT),
    ),
  ),
];

/** Nothing at all could be scraped once. */
const oneScrape = switchover(SECONDS, [0, 1]).map(({ series, values }) => {
  const each = values.split(" ");
  const gone = each.map((value, second) => {
    if (second < 30 || second >= 30 + SCRAPE || value === "_") return value;
    return series.startsWith("up{") ? 0 : "stale";
  });
  return { series, values: gone.join(" ") };
});

const BACK_AT = 61;

/** db-2 is off for half a minute; its node exporter is asked first, and its server takes a scrape to start. */
const hostComesBack = [
  ...["node", "etcd", "patroni", "postgres"].map((job, index) =>
    seen(of(job, member(1))("up"), index + 1, (now) => (now < LOST_AT || now >= BACK_AT ? 1 : 0)),
  ),
  seen(postgres(1)("pg_up"), 4, (now) =>
    now < LOST_AT || now >= BACK_AT + SCRAPE ? 1 : now < BACK_AT ? "none" : 0,
  ),
  seen(patroni(1)("patroni_postgres_running"), 3, (now) =>
    now < LOST_AT || now >= BACK_AT + SCRAPE ? 1 : now < BACK_AT ? "none" : 0,
  ),
];

/** It said so last after two minutes, and is off since then. */
const offInMaintenance: Test = {
  name: "a host in maintenance that is off stays in maintenance, until it says something else",
  interval: "15s",
  input_series: [
    { series: of("node", member(1))("up"), values: "1x8 0x72 1x10" },
    {
      series: of("node", member(1))("node_textfile_mtime_seconds", { file: "/var/lib/host.prom" }),
      values: "0+15x8 stale _x71 1215+15x10",
    },
    { series: of("node", member(1))("holdfast_maintenance"), values: "1x8 stale _x71 0x10" },
  ],
  promql_expr_test: [firing("HostInMaintenance", 1200, 1), firing("HostInMaintenance", 1260, 0)],
};

/** Nobody scrapes it any more, and nobody would ever take back what it said last. */
const goneFromTheCluster: Test = {
  name: "a host in maintenance that leaves the cluster is in maintenance no more",
  interval: "15s",
  input_series: [
    { series: of("node", member(1))("up"), values: "1x8 stale" },
    {
      series: of("node", member(1))("node_textfile_mtime_seconds", { file: "/var/lib/host.prom" }),
      values: "0+15x8 stale",
    },
    { series: of("node", member(1))("holdfast_maintenance"), values: "1x8 stale" },
  ],
  promql_expr_test: [firing("HostInMaintenance", 120, 1), firing("HostInMaintenance", 180, 0)],
};

/** Without room Prometheus keeps no sample more, nor a mark that one is missing: from 30 s on. */
const nothingKept: Test = {
  name: "a Prometheus that keeps nothing pages, and lets the dead man's switch go",
  interval: "5s",
  input_series: [{ series: of("node", member(0))("up"), values: "1x6 _x60" }],
  promql_expr_test: [
    firing("PrometheusBlind", 44, 0),
    firing("PrometheusBlind", 48, 1),
    firing("PrometheusBlind", 600, 1),
    firing("Watchdog", 88, 1),
    firing("Watchdog", 106, 0),
  ],
};

export const SCENES: readonly Test[] = [
  offInMaintenance,
  goneFromTheCluster,
  nothingKept,
  // The last scrape that saw the one leader and the first that saw the other are as far apart as they can be.
  scene("a planned switchover, seen late, pages nobody", switchover(35, [0, 1]), [], SECONDS),
  // Both are leaders, by what is known of them.
  scene("a planned switchover, seen early, pages nobody", switchover(31, [0, 3]), [], SECONDS),
  scene("one lost scrape pages nobody", oneScrape, [], SECONDS),
  scene("a host that comes back pages no second time", hostComesBack, ["HostDown"], BACK_AT + 18),
  scene("a lost leader pages within 18 s", lostLeader, ["HostDown", "NoLeader"], LOST_AT + 18),
];
