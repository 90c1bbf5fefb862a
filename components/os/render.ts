import type { HostPlan, HostRole, Topology } from "../model.ts";

const MIB = 1024 * 1024;

/** /etc/hosts of a host: the cluster's names resolve without any name server, so none can take it down. */
export function renderHosts(topology: Topology, host: HostPlan): string {
  const peers = topology.hosts.map((peer) => `${peer.address} ${peer.fqdn} ${peer.name}`);
  return lines(
    "127.0.0.1 localhost",
    "::1 localhost ip6-localhost",
    // PgBouncer reaches the HAProxy beside it by the endpoint's name, which the servers' certificates carry. Not by
    // 127.0.0.1: PgBouncer's resolver takes names of one address for one host, and would answer with ::1.
    ...(host.role === "proxy" ? [`${host.address} writer.${topology.domain} reader.${topology.domain}`] : []),
    ...peers,
    ...topology.outside.map(({ name, address }) => `${address} ${name}`),
  );
}

/**
 * Kernel settings by role. Sources: PostgreSQL's "Managing Kernel Resources" (overcommit), Autobase's defaults
 * (dirty limits, swappiness, backlog). Dirty memory is bounded in bytes: a share of 64 GiB would stall a checkpoint.
 */
export function kernelSettings(role: HostRole): Readonly<Record<string, string>> {
  const everywhere = {
    "net.core.somaxconn": "4096",
    "net.ipv4.tcp_keepalive_time": "60",
    "net.ipv4.tcp_keepalive_intvl": "10",
    "net.ipv4.tcp_keepalive_probes": "6",
    "vm.swappiness": "1",
  };
  const database = {
    "vm.overcommit_memory": "2",
    "vm.overcommit_ratio": "80",
    "vm.dirty_background_bytes": String(64 * MIB),
    "vm.dirty_bytes": String(512 * MIB),
    "vm.zone_reclaim_mode": "0",
  };
  const proxy = { "net.ipv4.ip_local_port_range": "10240 65000", "net.ipv4.tcp_tw_reuse": "1" };
  return { ...everywhere, ...(role === "database" ? database : role === "proxy" ? proxy : {}) };
}

export function renderSysctl(settings: Readonly<Record<string, string>>): string {
  return lines(
    ...Object.keys(settings)
      .sort()
      .map((key) => `${key} = ${settings[key]}`),
  );
}

export const SSHD_PATH = "/etc/ssh/sshd_config.d/60-holdfast.conf";
/** Parallel steps of one update dial at the same time; the default of 10 half-open connections drops some. */
export const SSHD_DROP_IN = lines(
  "PasswordAuthentication no",
  "PermitRootLogin no",
  "MaxStartups 60:30:120",
  "MaxSessions 40",
);

/** Bounded, so that logs never fill the disk that the database needs. */
export const JOURNALD_DROP_IN = lines("[Journal]", "SystemMaxUse=256M", "RateLimitIntervalSec=0");

/** Automatic upgrades restart databases at a time of their own choosing; Holdfast's packages are left out of them. */
export const UNATTENDED_UPGRADES = [
  "// Managed by Holdfast.",
  'Unattended-Upgrade::Package-Blacklist { "^postgresql"; "^patroni"; "^etcd"; "^haproxy"; "^pgbouncer"; };',
  "",
].join("\n");

function lines(...text: readonly string[]): string {
  return `${["# Managed by Holdfast.", ...text].join("\n")}\n`;
}
