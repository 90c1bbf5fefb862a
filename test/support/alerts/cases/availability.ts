import { type AlertCase, age, always, gauge, lost, of, on, onHost } from "../case.ts";

const node = of("node", "db-1");
const postgres = (instance: string) => of("postgres", instance);
const patroni = (instance: string) => of("patroni", instance);
const writer = { pooler: "writer" };
const HOST_METRICS = { file: "/var/lib/prometheus/node-exporter/host.prom" };

export const AVAILABILITY_CASES: readonly AlertCase[] = [
  {
    alert: "HostDown",
    pace: "page",
    series: {
      [node("up")]: lost(1, 0),
      [postgres("db-1")("up")]: lost(1, 0),
      [patroni("db-1")("up")]: lost(1, 0),
      [of("etcd", "db-1")("up")]: lost(1, 0),
      [of("node", "db-2")("up")]: always(1),
    },
    firesIn: 10,
    labels: onHost("db-1"),
    description: "Nothing on the database host db-1 has answered 3 scrapes in a row.",
  },
  {
    alert: "PostgreSQLDown",
    pace: "page",
    series: {
      [postgres("db-1")("up")]: always(1),
      [postgres("db-1")("pg_up")]: lost(1, 0),
      [patroni("db-1")("patroni_postgres_running")]: lost(1, 0),
      [postgres("db-2")("pg_up")]: always(1),
    },
    firesIn: 10,
    labels: on("postgres", "db-1"),
    description: "The server on db-1 has not answered 3 scrapes in a row.",
  },
  {
    alert: "NoLeader",
    pace: "page",
    series: {
      [patroni("db-1")("up")]: always(1),
      [patroni("db-2")("up")]: always(1),
      [patroni("db-3")("up")]: always(1),
      [patroni("db-1")("patroni_primary")]: lost(1, 0),
      [patroni("db-2")("patroni_primary")]: always(0),
      [patroni("db-3")("patroni_primary")]: always(0),
    },
    firesIn: 12,
    labels: {},
    description: "None of 3 members leads: nothing can be written.",
  },
  {
    alert: "TwoLeaders",
    pace: "page",
    series: {
      [patroni("db-1")("patroni_primary")]: always(1),
      [patroni("db-2")("patroni_primary")]: lost(0, 1),
    },
    firesIn: 10,
    labels: {},
    description: "2 members take themselves for the leader, or take writes.",
  },
  {
    alert: "WriterEndpointDown",
    pace: "page",
    series: {
      [of("haproxy", "proxy-1")("up")]: always(1),
      [of("haproxy", "proxy-2")("up")]: always(1),
      [of("pgbouncer", "proxy-1")("up", writer)]: always(1),
      [of("pgbouncer", "proxy-2")("up", writer)]: always(1),
      [of("pgbouncer", "proxy-1")("pgbouncer_up", writer)]: lost(1, 0),
      [of("pgbouncer", "proxy-2")("pgbouncer_up", writer)]: always(1),
      [of("haproxy", "proxy-1")("haproxy_backend_active_servers", { proxy: "primary" })]: always(1),
      [of("haproxy", "proxy-2")("haproxy_backend_active_servers", { proxy: "primary" })]: lost(1, 0),
    },
    firesIn: 12,
    labels: {},
    description: "On all of 2 proxies the way from the writer's pool to the primary is broken.",
  },
  {
    alert: "ProxyDown",
    pace: "minutes",
    series: {
      [of("haproxy", "proxy-1")("up")]: always(1),
      [of("haproxy", "proxy-1")("haproxy_backend_active_servers", { proxy: "primary" })]: gauge(1, 0, 1),
    },
    labels: { ...on("haproxy", "proxy-1"), proxy: "primary" },
    description:
      "HAProxy or a pooler of proxy-1 is down, or leads to no primary (0 of them). Clients have to use another proxy.",
  },
  {
    alert: "PatroniDown",
    pace: "minutes",
    series: { [patroni("db-2")("up")]: lost(1, 0) },
    labels: on("patroni", "db-2"),
    description:
      "Patroni on db-2 does not answer (0): its server follows nobody's orders, and is replaced if it led.",
  },
  {
    alert: "PatroniPaused",
    pace: "hours",
    series: { [patroni("db-1")("patroni_is_paused")]: gauge(0, 1, 0) },
    labels: {},
    description: "Patroni is paused (1) for an hour now: there is no failover meanwhile.",
  },
  {
    alert: "HostInMaintenance",
    pace: "page",
    series: {
      [node("up")]: always(1),
      [node("node_textfile_mtime_seconds", HOST_METRICS)]: age(60, 60, 60),
      [node("holdfast_maintenance")]: gauge(0, 1, 0),
    },
    labels: onHost("db-1"),
    description: "db-1 is out of service by an operator's order (1): the cluster has one host less.",
  },
  {
    alert: "HostInMaintenance",
    way: "whose-account-is-kept",
    pace: "page",
    series: {
      [node("up")]: always(1),
      [node("node_textfile_mtime_seconds", HOST_METRICS)]: age(400, 60, 301),
      [node("holdfast_maintenance")]: gauge(0, 1, 1),
    },
    labels: onHost("db-1"),
    description: "db-1 is out of service by an operator's order (1): the cluster has one host less.",
  },
  {
    alert: "NoLeader",
    way: "nor-a-patroni",
    pace: "page",
    series: {
      [patroni("db-1")("up")]: lost(1, 0),
      [patroni("db-2")("up")]: lost(1, 0),
      [patroni("db-3")("up")]: lost(1, 0),
      [patroni("db-1")("patroni_primary")]: lost(1, "none"),
      [patroni("db-2")("patroni_primary")]: lost(0, "none"),
      [patroni("db-3")("patroni_primary")]: lost(0, "none"),
    },
    firesIn: 12,
    labels: {},
    description: "None of 3 members leads: nothing can be written.",
  },
  {
    alert: "PostgreSQLDown",
    way: "hangs",
    pace: "page",
    series: {
      [of("node", "db-1")("up")]: always(1),
      [postgres("db-1")("up")]: lost(1, 0),
      [patroni("db-1")("up")]: lost(1, 0),
      // Of a host that is down another alert tells.
      [of("node", "db-2")("up")]: always(0),
      [postgres("db-2")("up")]: always(0),
      [patroni("db-2")("up")]: always(0),
    },
    firesIn: 10,
    labels: on("postgres", "db-1"),
    description: "The server on db-1 has not answered 3 scrapes in a row.",
  },
  {
    alert: "PostgreSQLDown",
    way: "by-patroni",
    pace: "page",
    series: {
      [of("node", "db-1")("up")]: always(1),
      [postgres("db-1")("up")]: lost(1, 0),
      [patroni("db-1")("patroni_postgres_running")]: lost(1, 0),
      // Its exporter alone is silent.
      [postgres("db-2")("up")]: always(0),
      [patroni("db-2")("patroni_postgres_running")]: always(1),
    },
    firesIn: 10,
    labels: on("postgres", "db-1"),
    description: "The server on db-1 has not answered 3 scrapes in a row.",
  },
  {
    alert: "TwoLeaders",
    way: "by-servers",
    pace: "page",
    series: {
      [patroni("db-1")("patroni_primary")]: always(1),
      [postgres("db-1")("pg_state_in_recovery")]: always(0),
      [postgres("db-2")("pg_state_in_recovery")]: lost(1, 0),
      [postgres("db-3")("pg_state_in_recovery")]: always(1),
    },
    firesIn: 10,
    labels: {},
    description: "2 members take themselves for the leader, or take writes.",
  },
  {
    alert: "ProxyDown",
    way: "by-pooler",
    pace: "minutes",
    series: {
      [of("pgbouncer", "proxy-2")("pgbouncer_up", { pooler: "reader" })]: lost(1, 0),
      [of("pgbouncer", "proxy-2")("pgbouncer_up", writer)]: always(1),
    },
    labels: { ...on("pgbouncer", "proxy-2"), pooler: "reader" },
    description:
      "HAProxy or a pooler of proxy-2 is down, or leads to no primary (0 of them). Clients have to use another proxy.",
  },
  {
    alert: "WriterEndpointDown",
    way: "by-unreachable-proxies",
    pace: "page",
    series: {
      [of("haproxy", "proxy-1")("up")]: lost(1, 0),
      [of("haproxy", "proxy-2")("up")]: always(1),
      [of("pgbouncer", "proxy-2")("up", writer)]: lost(1, 0),
    },
    firesIn: 12,
    labels: {},
    description: "On all of 2 proxies the way from the writer's pool to the primary is broken.",
  },
];
