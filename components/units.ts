import type { HostRole, Topology } from "./model.ts";

/** The units that make a host what its role says: the one list of those who look at a host's units. */
export const UNITS: Readonly<Record<HostRole, readonly string[]>> = {
  database: ["etcd", "patroni"],
  proxy: ["haproxy", "pgbouncer@writer", "pgbouncer@reader"],
  operations: ["barman-receive-wal", "barman-ship", "prometheus", "prometheus-alertmanager"],
};

/** Those of a role that are only where they are configured. */
export const OPTIONAL_UNITS: Readonly<Record<HostRole, readonly string[]>> = {
  database: [],
  proxy: [],
  operations: ["grafana-server"],
};

/** The units of a host in a cluster. */
export const unitsOf = (role: HostRole, { grafana }: Pick<Topology, "grafana">): readonly string[] => [
  ...UNITS[role],
  ...(grafana ? OPTIONAL_UNITS[role] : []),
];

/** Those that tell Prometheus how a host is, and the daemons on it. */
export const EXPORTER_UNITS: Readonly<Record<HostRole, readonly string[]>> = {
  database: ["prometheus-node-exporter", "prometheus-postgres-exporter"],
  proxy: ["prometheus-node-exporter", "pgbouncer-exporter-writer", "pgbouncer-exporter-reader"],
  operations: ["prometheus-node-exporter"],
};

/** Those that timers start and whose failures nothing else tells of: they are no jobs, whose ends are noted. */
export const UPKEEP_UNITS: Readonly<Record<HostRole, readonly string[]>> = {
  database: ["host-metrics"],
  proxy: ["host-metrics"],
  operations: ["barman-cron", "host-metrics", "status-page"],
};

/** All that timers start, and that end by themselves: a unit of this name, and its timer. */
export const TIMED_UNITS: Readonly<Record<HostRole, readonly string[]>> = {
  database: [...UPKEEP_UNITS.database, "statistics-bloat", "statistics-server", "statistics-tables"],
  proxy: UPKEEP_UNITS.proxy,
  operations: [
    ...UPKEEP_UNITS.operations,
    ...["backup-report", "barman-backup", "barman-check", "bucket-expiry", "recovery-window", "restore-test"],
  ],
};

/** Units of every host that Holdfast configures, and that are not the cluster's own. */
export const MACHINE_UNITS: readonly string[] = ["nftables", "ssh"];
