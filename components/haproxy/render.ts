import type { HostPlan } from "../model.ts";
import type { Timings } from "../patroni/timings.ts";
import { PORTS } from "../ports.ts";

const HAPROXY_TLS = "/etc/haproxy/tls";

/** A standby this far behind is not read from: stale answers are worse than none. */
const READER_LAG = "16MB";

export interface HaproxyFile {
  readonly proxy: HostPlan;
  readonly members: readonly HostPlan[];
  readonly timings: Timings;
  readonly maxConnections: number;
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
  # A certificate's key stands beside it, with the suffix .key in place of .crt.
  ssl-load-extra-files key
  ssl-load-extra-del-ext
  ssl-default-bind-options ssl-min-ver TLSv1.2
  ssl-default-server-options ssl-min-ver TLSv1.2

defaults
  mode tcp
  log global
  option dontlognull
  timeout connect 2s
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
  default_backend primary

frontend reader
  bind *:${PORTS.haproxyReader}
  # No standby left: the primary answers reads rather than nobody.
  use_backend primary if { nbsrv(standbys) eq 0 }
  default_backend standbys

frontend sync_reader
  bind *:${PORTS.haproxySyncReader}
  default_backend synchronous_standbys

${backend("primary", "/primary", file, "on-marked-down shutdown-sessions")}
${backend("standbys", `/replica?lag=${READER_LAG}`, file)}
${backend("synchronous_standbys", "/quorum", file)}
frontend metrics
  mode http
  timeout client 10s
  bind ${proxy.address}:${PORTS.haproxyMetrics} ssl crt ${HAPROXY_TLS}/haproxy.crt ca-file ${HAPROXY_TLS}/ca.crt verify required
  http-request use-service prometheus-exporter if { path /metrics }
  http-request deny
`;
}

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
