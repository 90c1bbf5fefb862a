import { stringify } from "yaml";
import type { HostPlan } from "../model.ts";
import { MONITORING, ROLE_CHANGED } from "../monitoring/names.ts";
import { DATA_ROOT, scriptPath } from "../paths.ts";
import { PORTS } from "../ports.ts";
import { type Parameters, segmentMiB } from "../postgres/sizing.ts";

export const POSTGRES_TLS = "/etc/postgresql/tls";

/** Before the cluster's name, in each of Patroni's keys in etcd. */
export const NAMESPACE = "/holdfast/";

export const dataDirectory = (version: number): string => `${DATA_ROOT}/postgresql/${version}`;

export const binaries = (version: number): string => `/usr/lib/postgresql/${version}/bin`;

export interface PatroniFile {
  readonly cluster: string;
  readonly member: HostPlan;
  readonly members: readonly HostPlan[];
  readonly version: number;
  readonly hba: readonly string[];
  /** Parameters of this host alone: memory, which may differ between members. */
  readonly parameters: Parameters;
  /** "off" where the machine has no watchdog device. */
  readonly watchdog: "off" | "automatic";
}

/**
 * Patroni's own file on a member. It holds no secret: the superuser comes in by the socket, replicator and rewind by
 * client certificate.
 */
export function renderPatroni(file: PatroniFile): string {
  const { cluster, member, members, version } = file;
  const certificate = { certfile: `${POSTGRES_TLS}/server.crt`, keyfile: `${POSTGRES_TLS}/server.key` };
  const login = (role: string) => ({
    username: role,
    sslmode: "verify-full",
    sslrootcert: `${POSTGRES_TLS}/ca.crt`,
    sslcert: `${POSTGRES_TLS}/${role}.crt`,
    sslkey: `${POSTGRES_TLS}/${role}.key`,
  });
  return `# Managed by Holdfast.\n${stringify(
    {
      scope: cluster,
      namespace: NAMESPACE,
      name: member.name,
      restapi: {
        listen: `${member.address}:${PORTS.patroniRest}`,
        connect_address: `${member.address}:${PORTS.patroniRest}`,
        ...certificate,
        cafile: `${POSTGRES_TLS}/ca.crt`,
        verify_client: "required",
        // Who may order and not only ask. A certificate alone would do otherwise, and proxies have one, too.
        allowlist: members.map((peer) => peer.address),
      },
      ctl: { ...certificate, cacert: `${POSTGRES_TLS}/ca.crt` },
      etcd3: {
        hosts: members.map((peer) => `${peer.address}:${PORTS.etcdClient}`),
        protocol: "https",
        cacert: `${POSTGRES_TLS}/ca.crt`,
        cert: `${POSTGRES_TLS}/server.crt`,
        key: `${POSTGRES_TLS}/server.key`,
      },
      // Patroni wants to see the key, but takes what the dynamic configuration in etcd says.
      bootstrap: { dcs: {}, initdb: initdbOptions(member) },
      postgresql: {
        listen: `${member.address},127.0.0.1:${PORTS.postgres}`,
        connect_address: `${member.address}:${PORTS.postgres}`,
        data_dir: dataDirectory(version),
        bin_dir: binaries(version),
        callbacks: { on_role_change: ROLE_CHANGED },
        before_stop: `bash ${scriptPath("before-stop")}`,
        use_unix_socket: true,
        authentication: {
          superuser: { username: "postgres" },
          replication: login("replicator"),
          rewind: login("rewind"),
        },
        parameters: { ...file.parameters, unix_socket_directories: "/var/run/postgresql" },
        pg_hba: file.hba,
        pg_ident: [`${MONITORING.map} ${MONITORING.user} ${MONITORING.role}`],
        basebackup: [{ checkpoint: "fast" }],
      },
      watchdog: { mode: file.watchdog },
      log: { level: "INFO" },
    },
    // What Python reads: to it, a cluster called "on" is true unless it stands in quotes.
    { version: "1.1", lineWidth: 0 },
  )}`;
}

const initdbOptions = (member: HostPlan) => [
  "data-checksums",
  { encoding: "UTF8" },
  { locale: "C.UTF-8" },
  { "wal-segsize": String(segmentMiB(member.diskGiB)) },
];

/**
 * The memory killer spares the postmaster. Where the kernel has a watchdog, Patroni gets the device; a kernel without
 * one is no reason not to start.
 */
export const unitDropIn = (watchdog: PatroniFile["watchdog"]): string => `# Managed by Holdfast.
[Unit]
After=etcd.service
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=1
TimeoutSec=120
OOMScoreAdjust=-900
Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj PG_OOM_ADJUST_VALUE=0
${watchdog === "off" ? "" : "ExecStartPre=-+/sbin/modprobe softdog\nExecStartPre=-+/bin/chown postgres /dev/watchdog\n"}`;
