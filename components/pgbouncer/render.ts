import { MONITORING } from "../monitoring/names.ts";
import { PORTS } from "../ports.ts";
import type { AccessRule, Database } from "../postgres/schema.ts";
import { LOOKUP_POOL } from "./arithmetic.ts";
import type { Pools } from "./schema.ts";

const PGBOUNCER_TLS = "/etc/pgbouncer/tls";

/** The pools as configured, with the size decided. */
export type PoolSettings = Pools & { readonly size: number };

/** A proxy runs one PgBouncer for each pooled endpoint. */
export interface Pooler {
  readonly instance: "writer" | "reader";
  readonly port: number;
  /** The port of the HAProxy beside it that this pooler's servers are behind. */
  readonly upstream: number;
}

export const POOLERS: readonly Pooler[] = [
  { instance: "writer", port: PORTS.pgbouncerWriter, upstream: PORTS.haproxyWriter },
  { instance: "reader", port: PORTS.pgbouncerReader, upstream: PORTS.haproxyReader },
];

export interface PgbouncerFile {
  readonly pooler: Pooler;
  readonly domain: string;
  readonly databases: readonly Database[];
  readonly pools: PoolSettings;
}

/** pgbouncer.ini of one pooler. */
export function renderPgbouncer(file: PgbouncerFile): string {
  const { pooler, pools } = file;
  const server = `host=${pooler.instance}.${file.domain} port=${pooler.upstream}`;
  const databases = file.databases.map((database) => {
    const size = database.poolSize ?? pools.size;
    // pool_size bounds each user's pool, max_db_connections all of them together: the one that counts.
    return `${database.name} = ${server} dbname=${database.name} pool_size=${size} max_db_connections=${size}`;
  });
  const settings: Record<string, string | number> = {
    listen_addr: "*",
    listen_port: pooler.port,
    unix_socket_dir: "/run/pgbouncer",
    pidfile: `/run/pgbouncer/${pooler.instance}.pid`,
    auth_type: "hba",
    auth_hba_file: "/etc/pgbouncer/hba.conf",
    auth_file: "/etc/pgbouncer/userlist.txt",
    auth_user: "pooler",
    auth_dbname: "postgres",
    auth_query: "SELECT rolname, verifier FROM holdfast.pool_lookup($1)",
    admin_users: "postgres",
    // Its exporter comes by the socket, as its own user of the system.
    auth_ident_file: "/etc/pgbouncer/ident.conf",
    stats_users: MONITORING.role,
    pool_mode: "transaction",
    max_prepared_statements: pools.preparedStatements,
    max_client_conn: pools.maxClients,
    default_pool_size: pools.size,
    idle_transaction_timeout: pools.idleTransactionTimeout,
    // Between attempts after one that failed; the default of 15 s would alone make a failover that long.
    server_login_retry: 0.25,
    server_connect_timeout: 2,
    server_fast_close: 1,
    query_wait_timeout: 60,
    tcp_keepalive: 1,
    tcp_keepidle: 3,
    tcp_keepintvl: 1,
    tcp_keepcnt: 3,
    tcp_user_timeout: 5000,
    client_tls_sslmode: "require",
    client_tls_cert_file: `${PGBOUNCER_TLS}/server.crt`,
    client_tls_key_file: `${PGBOUNCER_TLS}/server.key`,
    client_tls_protocols: "secure",
    server_tls_sslmode: "verify-full",
    server_tls_ca_file: `${PGBOUNCER_TLS}/ca.crt`,
    server_tls_cert_file: `${PGBOUNCER_TLS}/pooler.crt`,
    server_tls_key_file: `${PGBOUNCER_TLS}/pooler.key`,
    server_tls_protocols: "secure",
    ignore_startup_parameters: "extra_float_digits",
    log_connections: 0,
    log_disconnections: 0,
  };
  return `; Managed by Holdfast.
[databases]
${databases.join("\n")}
; Only for the look-up of verifiers; PostgreSQL lets nobody but the pooler in here.
postgres = ${server} dbname=postgres pool_size=${LOOKUP_POOL} max_db_connections=${LOOKUP_POOL}

[pgbouncer]
${Object.keys(settings)
  .sort()
  .map((key) => `${key} = ${settings[key]}`)
  .join("\n")}
`;
}

/** Who may come in from where. Whatever no rule names is refused. */
export function renderPgbouncerHba(
  access: readonly AccessRule[],
  everybody: { readonly databases: readonly string[]; readonly roles: readonly string[] },
): string {
  const rules = access.flatMap((rule) =>
    rule.from.map((cidr) => {
      const databases = (rule.databases ?? everybody.databases).join(",");
      return `hostssl ${databases} ${(rule.roles ?? everybody.roles).join(",")} ${cidr} ${rule.auth}`;
    }),
  );
  return `# Managed by Holdfast.\nlocal pgbouncer postgres peer\nlocal pgbouncer ${MONITORING.role} peer map=${MONITORING.map}\n${rules.map((rule) => `${rule}\n`).join("")}`;
}

/**
 * Users that PgBouncer must know without asking PostgreSQL: the pooler, which logs in by certificate, and the
 * administrator of its console and who reads its statistics, who come by the socket as users of the system. None has a password.
 */
export const USERLIST = `"pooler" ""\n"postgres" ""\n"${MONITORING.role}" ""\n`;

export const renderPgbouncerIdent = (): string =>
  `# Managed by Holdfast.\n${MONITORING.map} ${MONITORING.user} ${MONITORING.role}\n`;

export const UNIT = `# Managed by Holdfast.
[Unit]
Description=Connection pool for the %i endpoint
After=network.target
StartLimitIntervalSec=0

[Service]
Type=notify
User=postgres
RuntimeDirectory=pgbouncer
RuntimeDirectoryPreserve=yes
ExecStart=/usr/sbin/pgbouncer /etc/pgbouncer/%i.ini
ExecReload=/bin/kill -HUP $MAINPID
# It waits for running transactions and lets nobody else begin one: who waits is better off at the other proxy.
KillSignal=SIGINT
TimeoutStopSec=10
LimitNOFILE=65536
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`;
