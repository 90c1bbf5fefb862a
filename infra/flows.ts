import { BARMAN } from "../components/barman/names.ts";
import type { Flow, HostRole } from "../components/model.ts";
import { BUSINESS } from "../components/monitoring/names.ts";
import { PORTS } from "../components/ports.ts";
import type { ApplicationRole } from "../components/postgres/application-roles.ts";

const MUTUAL_TLS = "TLS, both sides verified";
const CLIENT_CERTIFICATE = "TLS, client certificate";
const SSH_KEY = "SSH key, pinned host key";
const PASSWORD = "TLS, SCRAM password";

/**
 * The flow table: the single source of host firewalls, security groups, pg_hba.conf and the topology picture.
 * Loopback is not in it: what a host says to itself is always allowed.
 */
export function flowTable(databases: readonly string[], roles: readonly ApplicationRole[]): readonly Flow[] {
  const users = roles.map((role) => role.name);
  return [
    ...clusterFlows(),
    ...proxyFlows(databases, users),
    ...businessFlows(databases),
    ...operationsFlows(),
    ...monitoringFlows(),
    ...outsideFlows(),
  ];
}

function clusterFlows(): Flow[] {
  const inside = { from: "database", to: "database" } as const;
  return [
    {
      ...inside,
      name: "etcd-client",
      port: PORTS.etcdClient,
      purpose: "Patroni's leader lock",
      authentication: MUTUAL_TLS,
    },
    {
      ...inside,
      name: "etcd-peer",
      port: PORTS.etcdPeer,
      purpose: "etcd consensus",
      authentication: MUTUAL_TLS,
    },
    {
      ...inside,
      name: "patroni-peer",
      port: PORTS.patroniRest,
      purpose: "who is healthiest",
      authentication: MUTUAL_TLS,
    },
    {
      ...inside,
      name: "replication",
      port: PORTS.postgres,
      purpose: "streaming replication",
      authentication: CLIENT_CERTIFICATE,
      hba: { databases: ["replication"], users: ["replicator"], method: "cert" },
    },
    {
      ...inside,
      name: "rewind",
      port: PORTS.postgres,
      purpose: "pg_rewind, leader checks",
      authentication: CLIENT_CERTIFICATE,
      hba: { databases: ["postgres"], users: ["replicator", "rewind"], method: "cert" },
    },
  ];
}

function proxyFlows(databases: readonly string[], users: readonly string[]): Flow[] {
  const inward = { from: "proxy", to: "database" } as const;
  return [
    {
      ...inward,
      name: "health-check",
      port: PORTS.patroniRest,
      purpose: "HAProxy asks Patroni for roles",
      authentication: MUTUAL_TLS,
    },
    {
      ...inward,
      name: "pool-authentication",
      port: PORTS.postgres,
      purpose: "PgBouncer looks up verifiers",
      authentication: CLIENT_CERTIFICATE,
      hba: { databases: ["postgres"], users: ["pooler"], method: "cert" },
    },
    {
      ...inward,
      name: "application",
      port: PORTS.postgres,
      purpose: "application sessions",
      authentication: PASSWORD,
      hba: { databases, users, method: "scram-sha-256" },
    },
    // Barman comes through the proxies, so that it is at the primary whoever that is.
    {
      ...inward,
      name: "backup",
      port: PORTS.postgres,
      purpose: "Barman asks and orders",
      authentication: CLIENT_CERTIFICATE,
      hba: { databases: ["postgres"], users: [BARMAN.catalogue], method: "cert" },
    },
    {
      ...inward,
      name: "wal-stream",
      port: PORTS.postgres,
      purpose: "base backups, WAL as it is written",
      authentication: CLIENT_CERTIFICATE,
      hba: { databases: ["replication"], users: [BARMAN.streaming], method: "cert" },
    },
  ];
}

function businessFlows(databases: readonly string[]): Flow[] {
  const way = { purpose: "the user's own metrics", authentication: CLIENT_CERTIFICATE } as const;
  return [
    { ...way, from: "operations", to: "proxy", name: "business-reader", port: PORTS.haproxyReader },
    {
      ...way,
      from: "proxy",
      to: "database",
      name: "business-metrics",
      port: PORTS.postgres,
      hba: { databases, users: [BUSINESS.role], method: "cert" },
    },
  ];
}

function operationsFlows(): Flow[] {
  const outward = { from: "operations" } as const;
  return [
    {
      from: "database",
      to: "operations",
      name: "wal-archive",
      port: PORTS.ssh,
      purpose: "finished WAL files, and nothing else",
      authentication: SSH_KEY,
    },
    {
      ...outward,
      to: "proxy",
      name: "backup-writer",
      port: PORTS.haproxyWriter,
      purpose: "Barman reaches the primary",
      authentication: CLIENT_CERTIFICATE,
    },
    {
      ...outward,
      to: "database",
      name: "status",
      port: PORTS.patroniRest,
      purpose: "cluster status, Patroni's metrics",
      authentication: MUTUAL_TLS,
    },
    {
      ...outward,
      to: "database",
      name: "etcd-status",
      port: PORTS.etcdClient,
      purpose: "etcd's health and metrics",
      authentication: MUTUAL_TLS,
    },
    {
      ...outward,
      to: "database",
      name: "manifest",
      port: PORTS.postgres,
      purpose: "rows counted on a standby",
      authentication: CLIENT_CERTIFICATE,
      hba: { databases: ["all"], users: [BARMAN.manifest], method: "cert" },
    },
  ];
}

function monitoringFlows(): Flow[] {
  const asked = (name: string, to: HostRole, port: number, purpose: string): Flow => ({
    from: "operations",
    to,
    name,
    port,
    purpose,
    authentication: MUTUAL_TLS,
  });
  return [
    asked("database-machine", "database", PORTS.nodeExporter, "metrics of the machine and of jobs"),
    asked("proxy-machine", "proxy", PORTS.nodeExporter, "metrics of the machine"),
    asked("server-metrics", "database", PORTS.postgresExporter, "PostgreSQL's metrics"),
    asked("proxy-metrics", "proxy", PORTS.haproxyMetrics, "HAProxy's metrics"),
    asked("writer-pool-metrics", "proxy", PORTS.pgbouncerExporterWriter, "PgBouncer's metrics, writer"),
    asked("reader-pool-metrics", "proxy", PORTS.pgbouncerExporterReader, "PgBouncer's metrics, reader"),
    ...(["database", "proxy"] as const).map(
      (from): Flow => ({
        from,
        to: "operations",
        name: `${from}-events`,
        port: PORTS.alertmanager,
        purpose: "what has just happened",
        authentication: MUTUAL_TLS,
      }),
    ),
    {
      from: "administrators",
      to: "operations",
      name: "monitoring",
      port: PORTS.prometheus,
      purpose: "Prometheus",
      authentication: "TLS, password",
    },
    {
      from: "administrators",
      to: "operations",
      name: "dashboards",
      port: PORTS.grafana,
      purpose: "Grafana",
      authentication: "TLS, password",
    },
  ];
}

function outsideFlows(): Flow[] {
  const ssh = {
    from: "administrators",
    port: PORTS.ssh,
    purpose: "administration",
    authentication: SSH_KEY,
  } as const;
  const client = { from: "clients", to: "proxy", authentication: PASSWORD } as const;
  return [
    { ...ssh, name: "ssh-database", to: "database" },
    { ...ssh, name: "ssh-proxy", to: "proxy" },
    { ...ssh, name: "ssh-operations", to: "operations" },
    { ...client, name: "pooled-writer", port: PORTS.pgbouncerWriter, purpose: "transactions on the primary" },
    {
      ...client,
      name: "pooled-reader",
      port: PORTS.pgbouncerReader,
      purpose: "transactions on the standbys",
    },
    { ...client, name: "session-writer", port: PORTS.haproxyWriter, purpose: "sessions on the primary" },
    { ...client, name: "session-reader", port: PORTS.haproxyReader, purpose: "sessions on the standbys" },
    {
      from: "balancer",
      to: "proxy",
      name: "proxy-health",
      port: PORTS.haproxyHealth,
      purpose: "whether a proxy leads anywhere",
      authentication: "none; it answers yes or no",
    },
    {
      ...client,
      name: "session-sync-reader",
      port: PORTS.haproxySyncReader,
      purpose: "sessions on synchronous standbys",
    },
  ];
}
