import { type HostPlan, hostsOf, type Topology } from "../model.ts";
import { PORTS } from "../ports.ts";
import { BARMAN, BUCKET_HOOK } from "./names.ts";
import type { BackupsConfig } from "./schema.ts";

export interface BarmanFile {
  readonly topology: Pick<Topology, "cluster" | "domain" | "hosts">;
  readonly backups: BackupsConfig;
  /** Folder of the client's programs, which must not be older than the server. */
  readonly binaries: string;
}

const section = (name: string, values: Readonly<Record<string, string | number>>): string =>
  `[${name}]\n${Object.entries(values)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join("")}`;

/** Barman's own file. Everything is below its home, on the data volume. */
export const renderBarman = (): string =>
  `; Managed by Holdfast.\n${section("barman", {
    barman_home: BARMAN.home,
    barman_user: BARMAN.user,
    configuration_files_directory: "/etc/barman.d",
    log_file: "/var/log/barman/barman.log",
    log_level: "INFO",
  })}`;

/** The primary, whoever it is: through each proxy's HAProxy, by the name that all members' certificates carry. */
export function connection(topology: BarmanFile["topology"], role: string): string {
  const proxies = hostsOf<HostPlan>(topology.hosts, "proxy");
  return conninfo(role, PORTS.haproxyWriter, {
    host: proxies.map(() => `writer.${topology.domain}`).join(","),
    hostaddr: proxies.map(({ address }) => address).join(","),
  });
}

/** One member itself, whatever it is at the time. */
export const memberConnection = (member: HostPlan, role: string): string =>
  conninfo(role, PORTS.postgres, { host: member.fqdn, hostaddr: member.address });

function conninfo(
  role: string,
  port: number,
  where: { readonly host: string; readonly hostaddr: string },
): string {
  return Object.entries({
    ...where,
    port: String(port),
    user: role,
    dbname: "postgres",
    connect_timeout: "5",
    sslmode: "verify-full",
    sslrootcert: `${BARMAN.tls}/ca.crt`,
    sslcert: `${BARMAN.tls}/${role}.crt`,
    sslkey: `${BARMAN.tls}/${role}.key`,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

/**
 * Barman's file of the cluster. WAL comes twice: streamed as it is written, and archived when a file is complete, so that
 * neither a receiver that stood still nor a primary that vanished leaves a hole.
 */
export const renderServer = ({ topology, backups, binaries }: BarmanFile): string =>
  `; Managed by Holdfast.\n${section(topology.cluster, {
    description: `The cluster ${topology.cluster}`,
    conninfo: connection(topology, BARMAN.catalogue),
    streaming_conninfo: connection(topology, BARMAN.streaming),
    path_prefix: binaries,
    backup_method: "postgres",
    backup_options: "concurrent_backup",
    // A spread checkpoint takes most of checkpoint_timeout before the copy begins.
    immediate_checkpoint: "true",
    basebackup_retry_times: 2,
    basebackup_retry_sleep: 30,
    archiver: "on",
    streaming_archiver: "on",
    streaming_archiver_name: BARMAN.receiver,
    // Patroni makes it on every member.
    create_slot: "manual",
    slot_name: BARMAN.slot,
    compression: backups.compression,
    pre_archive_retry_script: BUCKET_HOOK,
    retention_policy_mode: "auto",
    retention_policy: `RECOVERY WINDOW OF ${backups.recoveryWindowDays} DAYS`,
    wal_retention_policy: "main",
    minimum_redundancy: backups.redundancy,
    last_backup_maximum_age: "25 HOURS",
  })}`;

/** Starts again at once: Barman's own schedule looks only once a minute whether it runs. */
export const renderReceiver = (cluster: string, before: string): string => `# Managed by Holdfast.
[Unit]
Description=WAL of the cluster ${cluster}, as it is written
After=network-online.target
# Without its volume Barman would fill the system's own disk.
AssertPathIsMountPoint=${BARMAN.mount}
StartLimitIntervalSec=0

[Service]
User=${BARMAN.user}
ExecStartPre=${before}
ExecStart=/usr/bin/barman receive-wal ${cluster}
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
`;

/** What brings WAL files into the catalogue and into the bucket; it ends when it is told to, and never by itself. */
export const renderShipper = (paths: {
  readonly program: string;
  readonly settings: string;
  readonly environment: string;
}): string => `# Managed by Holdfast.
[Unit]
Description=WAL files into Barman's catalogue and into the bucket
After=network-online.target
AssertPathIsMountPoint=${BARMAN.mount}
StartLimitIntervalSec=0

[Service]
User=${BARMAN.user}
EnvironmentFile=${paths.environment}
ExecStart=/usr/bin/python3 ${paths.program} ${paths.settings}
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
`;
