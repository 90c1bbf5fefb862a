import type { Known } from "./levels.ts";
import { graph, query, type Section, states, table } from "./panel.ts";
import { ON_HOST } from "./variables.ts";

const DAY = 86400;

/** Units, certificates, and whether monitoring itself sees all of it. */
export const services = (facts: Known): readonly Section[] => [
  { title: "Units and certificates", height: 10, panels: units(facts) },
  { title: "Monitoring", height: 9, panels: monitoring() },
];

const units = ({ levels }: Known): Section["panels"] => [
  states({
    title: "Units that run always",
    width: 16,
    unit: "none",
    texts: { 0: { text: "does not run", color: "red" }, 1: { text: "runs", color: "green" } },
    queries: [
      query(
        `max by (instance, name) (node_systemd_unit_state{state="active",name=~"(etcd|patroni|haproxy|pgbouncer@.+|barman-receive-wal|barman-ship|nftables|ssh|prometheus.*)([.]service)?",${ON_HOST}})`,
        "{{instance}} {{name}}",
      ),
    ],
  }),
  table({
    title: "Certificates",
    width: 8,
    description: "Updates make new ones before they end.",
    labels: { instance: "Host", path: "File" },
    columns: [
      {
        name: "Ends in",
        unit: "d",
        decimals: 0,
        expr: `(min by (instance, path) (holdfast_certificate_end_timestamp_seconds{${ON_HOST}}) - time()) / ${DAY}`,
        bounds: levels.certificateDays,
      },
    ],
  }),
  table({
    title: "Failed units",
    width: 24,
    labels: { instance: "Host", name: "Unit" },
    columns: [
      {
        name: "Failed",
        unit: "none",
        texts: { 1: { text: "failed", color: "red" } },
        expr: `max by (instance, name) (node_systemd_unit_state{state="failed",${ON_HOST}}) == 1`,
        mayBeEmpty: "no unit has failed",
      },
    ],
  }),
];

const monitoring = (): Section["panels"] => [
  states({
    title: "Answers Prometheus",
    width: 12,
    unit: "none",
    texts: { 0: { text: "does not answer", color: "red" }, 1: { text: "answers", color: "green" } },
    queries: [query(`min by (instance, job) (up{${ON_HOST}})`, "{{instance}} {{job}}")],
  }),
  graph({
    title: "Time of a scrape",
    width: 12,
    unit: "s",
    description: "A scrape that takes longer than its job allows is lost.",
    queries: [query(`max by (instance, job) (scrape_duration_seconds{${ON_HOST}})`, "{{instance}} {{job}}")],
  }),
  table({
    title: "Business queries that failed",
    width: 12,
    labels: { query: "Query", database: "Database" },
    columns: [
      {
        name: "Failed",
        unit: "none",
        texts: { 1: { text: "failed", color: "red" } },
        expr: "max by (query, database) (holdfast_query_failed) == 1",
        step: "15s",
        mayBeEmpty: "no query has failed",
      },
    ],
  }),
  graph({
    title: "Series that Prometheus keeps",
    width: 12,
    unit: "short",
    queries: [query("prometheus_tsdb_head_series", "{{instance}}", { step: "15s" })],
  }),
];
