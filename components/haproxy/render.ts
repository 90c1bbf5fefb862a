import type { HostPlan } from "../model.ts";
import type { Timings } from "../patroni/timings.ts";
import { PORTS } from "../ports.ts";

const HAPROXY_TLS = "/etc/haproxy/tls";
/** What a worker takes its servers for until it has asked them itself. */
export const SERVERS_STATE = "/run/haproxy-servers.state";
export const NOBODY_PROVEN = "/etc/haproxy/servers.state";

const BACKENDS = { primary: "primary", standbys: "standbys", synchronous: "synchronous_standbys" };

/** A standby this far behind is not read from: stale answers are worse than none. */
const READER_LAG = "16MB";

export interface HaproxyFile {
  readonly proxy: HostPlan;
  readonly members: readonly HostPlan[];
  readonly timings: Timings;
  readonly maxConnections: number;
  /** Whether a balancer before the proxies asks whether this one leads anywhere. */
  readonly balanced: boolean;
}

/** haproxy.cfg of a proxy: each port follows what Patroni answers about the members' roles. */
export function renderHaproxy(file: HaproxyFile): string {
  const { proxy } = file;
  return `# Managed by Holdfast.
global
  log stdout format raw local0 notice
  user haproxy
  group haproxy
  maxconn ${file.maxConnections}
  stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners
  server-state-file ${SERVERS_STATE}
  # A certificate's key stands beside it, with the suffix .key in place of .crt.
  ssl-load-extra-files key
  ssl-load-extra-del-ext
  ssl-default-bind-options ssl-min-ver TLSv1.2
  ssl-default-server-options ssl-min-ver TLSv1.2

defaults
  mode tcp
  log global
  load-server-state-from-file global
  option dontlognull
  timeout connect 2s
  # Who refuses a connection is left for another server at once, where there is one: not a second later, and not after
  # the checks have found out.
  option redispatch 1
  timeout client 24h
  timeout server 24h
  timeout check 1s
  option clitcpka
  option srvtcpka
  # After a reload the process of before keeps its sessions and checks nothing any more: it notices a host that is
  # gone only by the connection itself.
  srvtcpka-idle 3s
  srvtcpka-intvl 1s
  srvtcpka-cnt 3
  default-server tcp-ut 5s

frontend writer
  bind *:${PORTS.haproxyWriter}
  default_backend ${BACKENDS.primary}

frontend reader
  bind *:${PORTS.haproxyReader}
  # No standby left: the primary answers reads rather than nobody.
  use_backend ${BACKENDS.primary} if { nbsrv(${BACKENDS.standbys}) eq 0 }
  default_backend ${BACKENDS.standbys}

frontend sync_reader
  bind *:${PORTS.haproxySyncReader}
  default_backend ${BACKENDS.synchronous}

${backend(BACKENDS.primary, "/primary", file, "on-marked-down shutdown-sessions")}
${backend(BACKENDS.standbys, `/replica?lag=${READER_LAG}`, file)}
${backend(BACKENDS.synchronous, "/quorum", file)}
frontend metrics
  mode http
  timeout client 10s
  bind ${proxy.address}:${PORTS.haproxyMetrics} ssl crt ${HAPROXY_TLS}/haproxy.crt ca-file ${HAPROXY_TLS}/ca.crt verify required
  http-request use-service prometheus-exporter if { path /metrics }
  http-request deny
${file.balanced ? health(proxy) : ""}`;
}

/**
 * A yes or a no for the balancer: a proxy that reaches no server at all is no way in. While only the primary is missing,
 * its clients wait for the next one, and readers have the standbys. It tells nothing else, to nobody else.
 */
const health = (proxy: HostPlan): string => `
frontend health
  mode http
  timeout client 5s
  bind ${proxy.address}:${PORTS.haproxyHealth}
  monitor-uri /
  monitor fail if { nbsrv(${BACKENDS.primary}) eq 0 } { nbsrv(${BACKENDS.standbys}) eq 0 }
  http-request deny
`;

/**
 * Readers keep their sessions when a check fails, since a moment's lag must not kill a long query; a former primary
 * must lose its writers at once.
 */
function backend(name: string, path: string, file: HaproxyFile, onDown = ""): string {
  const { check, rise, fall } = file.timings;
  const servers = file.members.map(
    (member) => `  server ${member.name} ${member.address}:${PORTS.postgres} verifyhost ${member.fqdn}\n`,
  );
  return `backend ${name}
  balance leastconn
  option httpchk OPTIONS ${path}
  http-check expect status 200
  default-server check port ${PORTS.patroniRest} check-ssl verify required ca-file ${HAPROXY_TLS}/ca.crt crt ${HAPROXY_TLS}/haproxy.crt inter ${check.inter}ms fastinter ${check.fastinter}ms downinter ${check.downinter}ms rise ${rise} fall ${fall}${onDown ? ` ${onDown}` : ""}
${servers.join("")}`;
}

/**
 * The servers' state for HAProxy's first worker, in its format 1 (management guide, "show servers state"): all down. It
 * takes them for ready otherwise, and a proxy that has just started would lead the first writers to standbys. Their last
 * check failed with a wrong answer (17 2): with none at all (0 0) HAProxy 3.0 never ends the first one.
 */
export function renderNobodyProven(members: readonly HostPlan[]): string {
  const lines = Object.values(BACKENDS).flatMap((name) =>
    members.map(
      (member, index) =>
        `0 ${name} ${index + 1} ${member.name} ${member.address} 0 0 1 1 0 17 2 0 6 0 0 0 - ${PORTS.postgres} - 0 ${PORTS.patroniRest} - - 0\n`,
    ),
  );
  return `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
${lines.join("")}`;
}

/** Beside the distribution's unit: how HAProxy starts and reloads. */
export const renderUnit = (master: string): string => `# Managed by Holdfast.
[Unit]
StartLimitIntervalSec=0

[Service]
ExecStartPre=/bin/cp ${NOBODY_PROVEN} ${SERVERS_STATE}
ExecReload=
ExecReload=/bin/bash ${master} reload
`;
