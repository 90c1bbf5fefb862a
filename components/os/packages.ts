import type { HostRole } from "../model.ts";
import type { PostgresConfig } from "../postgres/schema.ts";

type PostgresPackages = Pick<PostgresConfig, "version">;

const EVERYWHERE = [
  ...["ca-certificates", "curl", "jq", "logrotate", "nftables", "openssl"],
  "prometheus-node-exporter",
];

const BY_ROLE: Record<HostRole, readonly string[]> = {
  // Patroni's etcd3 client needs python3-etcd and, for its own DNS look-ups, python3-dnspython; Debian only
  // suggests them, and without them Patroni ends at once with "can not find suitable configuration".
  database: [
    "barman-cli",
    "etcd-client",
    "etcd-server",
    "locales",
    "patroni",
    "prometheus-postgres-exporter",
    "python3-dnspython",
    "python3-etcd",
  ],
  proxy: ["haproxy", "pgbouncer", "prometheus-pgbouncer-exporter"],
  // The cloud tools' compressions are modules of their own, which Debian only suggests.
  operations: [
    ...["barman", "barman-cli-cloud", "etcd-client", "postgresql-client-common", "python3-boto3"],
    // ISA-L unpacks base backups twice as fast as Python by itself.
    ...["python3-isal", "python3-lz4", "python3-zstandard"],
    // The report's plots and its page.
    ...["python3-markdown", "python3-pygal"],
    ...["prometheus", "prometheus-alertmanager"],
  ],
};

/** What a machine of its own needs besides; a container has the clock of the machine below it. */
const MACHINE = ["chrony"];

/** Debian packages that a host of this role runs on. */
export function packagesFor(
  role: HostRole,
  postgres: PostgresPackages,
  container: boolean,
): readonly string[] {
  // The operations host has restored data served by it.
  const server = role === "proxy" ? [] : [`postgresql-${postgres.version}`];
  // Speaks to PgBouncer's console.
  const client = role === "proxy" ? [`postgresql-client-${postgres.version}`] : [];
  const machine = container ? [] : MACHINE;
  return [...EVERYWHERE, ...BY_ROLE[role], ...server, ...client, ...machine].sort();
}
