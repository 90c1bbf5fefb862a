import { stringify } from "yaml";
import type { HostPlan } from "../model.ts";
import { METRICS_FOLDER } from "../paths.ts";
import { PORTS } from "../ports.ts";
import { EXPORTER_WEB, MONITORING, MONITORING_TLS, QUERIES } from "./names.ts";
import type { Query } from "./queries.ts";

const YAML_HEAD = "# Managed by Holdfast.\n";
export const yaml = (value: unknown): string =>
  YAML_HEAD + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

/** How exporters are reached: by TLS, and only by who has a certificate of the cluster's authority. */
export const renderExporterWeb = (): string =>
  yaml({
    tls_server_config: {
      cert_file: `${MONITORING_TLS}.crt`,
      key_file: `${MONITORING_TLS}.key`,
      client_auth_type: "RequireAndVerifyClientCert",
      client_ca_file: `${MONITORING.tls}/ca.crt`,
      min_version: "TLS12",
    },
  });

/** An exporter: the package's unit with a command of ours, which starts again whatever ends it. */
const dropIn = (lines: readonly string[]): string =>
  `${[
    "# Managed by Holdfast.",
    "[Unit]",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "# The package's own, which would win over what is said here.",
    "EnvironmentFile=",
    "ExecStart=",
    ...lines,
    "Restart=always",
    "RestartSec=1",
    "# Rather this one than the daemon that it watches, when memory gets scarce.",
    "OOMScoreAdjust=500",
  ].join("\n")}\n`;

const listening = (host: HostPlan, port: number) =>
  `--web.listen-address=${host.address}:${port} --web.config.file=${EXPORTER_WEB}`;

/** What a DBA asks of a machine; the collectors that are left out cost more than they tell. */
const COLLECTORS = [
  ...["cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netdev", "stat"],
  ...["systemd", "textfile", "time", "timex", "uname", "vmstat"],
];

export const renderNodeExporter = (host: HostPlan, units: readonly string[]): string =>
  dropIn([
    [
      `ExecStart=/usr/bin/prometheus-node-exporter ${listening(host, PORTS.nodeExporter)}`,
      "--collector.disable-defaults",
      ...COLLECTORS.map((name) => `--collector.${name}`),
      `--collector.textfile.directory=${METRICS_FOLDER}`,
      // systemd reads a dollar sign twice as one, and a percent sign as its own.
      "--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|etc)($$|/)",
      `--collector.systemd.unit-include=^(${units.map((unit) => unit.replaceAll(".", "\\\\.")).join("|")})$$`,
    ].join(" "),
  ]);

export const renderPostgresExporter = (host: HostPlan): string =>
  dropIn([
    `Environment="DATA_SOURCE_NAME=host=/var/run/postgresql user=${MONITORING.role} dbname=postgres sslmode=disable"`,
    [
      `ExecStart=/usr/bin/prometheus-postgres-exporter ${listening(host, PORTS.postgresExporter)}`,
      "--disable-default-metrics --disable-settings-metrics",
      ...BUILT_IN.map((name) => `--no-collector.${name}`),
      `--extend.query-path=${QUERIES}`,
    ].join(" "),
  ]);

/** Its own collectors that are on by default: they differ from version to version, and ours say the same and more. */
const BUILT_IN = [
  ...["database", "locks", "replication", "replication_slot", "roles", "stat_bgwriter", "stat_database"],
  ...["stat_user_tables", "statio_user_tables", "wal"],
];

/** The postgres exporter's file of queries. */
export const renderQueries = (queries: readonly Query[]): string =>
  yaml(
    Object.fromEntries(
      queries.map(({ name, sql, labels, values }) => [
        name,
        {
          query: `${sql}\n`,
          metrics: [
            ...Object.entries(labels).map(([column, description]) => ({
              [column]: { usage: "LABEL", description },
            })),
            ...Object.entries(values).map(([column, description]) => ({
              [column]: { usage: column.endsWith("_total") ? "COUNTER" : "GAUGE", description },
            })),
          ],
        },
      ]),
    ),
  );

export interface PoolerTarget {
  readonly instance: "writer" | "reader";
  /** Of its console. */
  readonly console: number;
  readonly port: number;
}

export const POOLER_EXPORTERS: readonly PoolerTarget[] = [
  { instance: "writer", console: PORTS.pgbouncerWriter, port: PORTS.pgbouncerExporterWriter },
  { instance: "reader", console: PORTS.pgbouncerReader, port: PORTS.pgbouncerExporterReader },
];

/** One for each pooler: the exporter knows of one console alone. */
export const renderPgbouncerExporter = (
  host: HostPlan,
  pooler: PoolerTarget,
): string => `# Managed by Holdfast.
[Unit]
Description=Metrics of the connection pool for the ${pooler.instance} endpoint
After=network.target
StartLimitIntervalSec=0

[Service]
User=${MONITORING.user}
ExecStart=/usr/bin/prometheus-pgbouncer-exporter ${listening(host, pooler.port)} --pgBouncer.pid-file= "--pgBouncer.connectionString=host=/run/pgbouncer port=${pooler.console} user=${MONITORING.role} dbname=pgbouncer sslmode=disable"
Restart=always
RestartSec=1
OOMScoreAdjust=500

[Install]
WantedBy=multi-user.target
`;

export const pgbouncerExporterUnit = ({ instance }: PoolerTarget): string => `pgbouncer-exporter-${instance}`;
