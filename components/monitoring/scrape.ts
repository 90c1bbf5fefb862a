import { type HostPlan, hostsOf, operationsHost, type Topology } from "../model.ts";
import { PORTS } from "../ports.ts";
import { POOLER_EXPORTERS, yaml } from "./exporter-units.ts";
import { MONITORING, MONITORING_TLS } from "./names.ts";

/** How often each daemon is asked. */
export const SCRAPE_SECONDS = 5;

/** Its one file of rules. */
export const RULES = "/etc/prometheus/rules.yml";

const TLS = {
  ca_file: `${MONITORING.tls}/ca.crt`,
  cert_file: `${MONITORING_TLS}.crt`,
  key_file: `${MONITORING_TLS}.key`,
};

/** Of etcd's thousand series those that say whether it is well. */
const ETCD_KEPT =
  "etcd_server_(has_leader|is_leader|leader_changes_seen_total|proposals_failed_total|proposals_pending|quota_backend_bytes|health_failures)|etcd_disk_(wal_fsync|backend_commit)_duration_seconds_(bucket|sum|count)|etcd_mvcc_db_total_size.*|etcd_network_peer_round_trip_time_seconds_(bucket|sum|count)|process_resident_memory_bytes|process_start_time_seconds";

/** A daemon that is asked, on each of these hosts. */
interface Asked {
  readonly job: string;
  readonly hosts: readonly HostPlan[];
  readonly port: number;
  readonly labels?: { readonly pooler: string };
}

/** The labels of "up" that tell one from another. */
export type ScrapeTarget = Readonly<Record<"job" | "instance", string> & { readonly pooler?: string }>;

export interface ScrapePlan {
  readonly topology: Pick<Topology, "cluster" | "hosts">;
}

function asked({ hosts }: Pick<Topology, "hosts">): readonly Asked[] {
  const members = hostsOf(hosts, "database");
  const proxies = hostsOf(hosts, "proxy");
  const operations = hostsOf(hosts, "operations");
  return [
    { job: "node", hosts, port: PORTS.nodeExporter },
    { job: "postgres", hosts: members, port: PORTS.postgresExporter },
    { job: "patroni", hosts: members, port: PORTS.patroniRest },
    { job: "etcd", hosts: members, port: PORTS.etcdClient },
    { job: "haproxy", hosts: proxies, port: PORTS.haproxyMetrics },
    ...POOLER_EXPORTERS.map(({ instance, port }) => ({
      job: "pgbouncer",
      hosts: proxies,
      port,
      labels: { pooler: instance },
    })),
    { job: "prometheus", hosts: operations, port: PORTS.prometheus },
    { job: "alertmanager", hosts: operations, port: PORTS.alertmanager },
  ];
}

/** Every daemon on every host that Prometheus asks, by its labels. */
export const targetsOf = (topology: Pick<Topology, "hosts">): readonly ScrapeTarget[] =>
  asked(topology).flatMap(({ job, hosts, labels }) =>
    hosts.map(({ name }) => ({ job, instance: name, ...labels })),
  );

/** What a job has beside its targets. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  node: {
    // A job's own metrics say "job" as well, which is the name of what was scraped.
    metric_relabel_configs: [
      { source_labels: ["exported_job"], regex: "(.+)", target_label: "job_name" },
      { regex: "exported_job", action: "labeldrop" },
    ],
  },
  postgres: { metric_relabel_configs: [{ regex: "server", action: "labeldrop" }] },
  etcd: { metric_relabel_configs: [{ source_labels: ["__name__"], regex: ETCD_KEPT, action: "keep" }] },
};

/** prometheus.yml: who is asked, how often, and who is told of alerts. */
export function renderPrometheus({ topology }: ScrapePlan, passwordFile: string): string {
  const all = asked(topology);
  const jobs = [...new Set(all.map(({ job }) => job))];
  const itself: Readonly<Record<string, unknown>> = {
    basic_auth: { username: MONITORING.viewer, password_file: passwordFile },
  };
  return yaml({
    global: {
      scrape_interval: `${SCRAPE_SECONDS}s`,
      scrape_timeout: "3s",
      evaluation_interval: "15s",
      external_labels: { cluster: topology.cluster },
    },
    rule_files: [RULES],
    alerting: {
      alertmanagers: [
        {
          scheme: "https",
          tls_config: TLS,
          timeout: "5s",
          static_configs: [{ targets: [`${operationsHost(topology.hosts).name}:${PORTS.alertmanager}`] }],
        },
      ],
    },
    scrape_configs: jobs.map((job) => ({
      job_name: job,
      scheme: "https",
      tls_config: TLS,
      static_configs: all
        .filter((each) => each.job === job)
        .flatMap(({ hosts, port, labels }) =>
          // By name, which its certificate carries and /etc/hosts resolves.
          hosts.map(({ name, role }) => ({
            targets: [`${name}:${port}`],
            labels: { instance: name, role, ...labels },
          })),
        ),
      ...SETTINGS[job],
      ...(job === "prometheus" ? itself : {}),
    })),
  });
}

/** How people and Prometheus itself reach Prometheus: by TLS and a password. */
export const renderPrometheusWeb = (passwordHash: string): string =>
  yaml({
    tls_server_config: {
      cert_file: `${MONITORING_TLS}.crt`,
      key_file: `${MONITORING_TLS}.key`,
      min_version: "TLS12",
    },
    basic_auth_users: { [MONITORING.viewer]: passwordHash },
  });

/** Alertmanager takes alerts and orders from the cluster's hosts alone. */
export const renderAlertmanagerWeb = (): string =>
  yaml({
    tls_server_config: {
      cert_file: `${MONITORING_TLS}.crt`,
      key_file: `${MONITORING_TLS}.key`,
      client_auth_type: "RequireAndVerifyClientCert",
      client_ca_file: `${MONITORING.tls}/ca.crt`,
      min_version: "TLS12",
    },
  });
