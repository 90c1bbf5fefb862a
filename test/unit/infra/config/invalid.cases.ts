/** What somebody types below "config:" in Pulumi.STACK.yaml, and the words by which they learn what is wrong. */
export interface Invalid {
  readonly yaml: string;
  readonly path: string;
  /** As it is shown. */
  readonly found: string;
  /** What the lines "allowed" and "next" must say; there may be more in them. */
  readonly allowed: string;
  readonly next: string;
}

const invalid = (yaml: string, path: string, found: string, allowed: string, next: string): Invalid => ({
  yaml,
  path,
  found,
  allowed,
  next,
});

/** One parameter of the server. */
const setting = (line: string, found: string, allowed: string, next: string, more = ""): Invalid => {
  const name = line.slice(0, line.indexOf(":"));
  return invalid(
    `holdfast:postgres: { ${more}settings: { ${line} } }`,
    name.includes(".") ? `postgres.settings["${name}"]` : `postgres.settings.${name}`,
    found,
    allowed,
    next,
  );
};

const set = (path: string, value: string) => `pulumi config set --path 'holdfast:${path}' ${value}`;
const NO_SUCH = "there is no such setting; here may be: ";
const VERSION_18 = "version: 18, source: pgdg, ";
const PLAIN = "holdfast:local: { image: plain }\n";

export const INVALID: Readonly<Record<string, readonly Invalid[]>> = {
  "keys that do not exist": [
    invalid(
      "holdfast:availability: { ttl: 20 }",
      "availability.ttl",
      "20",
      `${NO_SUCH}durability, rto`,
      'remove "ttl": availability.rto (fast, normal or safe) sets all of these times',
    ),
    invalid(
      "holdfast:availability: { loop_wait: 5 }",
      "availability.loop_wait",
      "5",
      `${NO_SUCH}durability, rto`,
      'remove "loop_wait": availability.rto',
    ),
    invalid(
      "holdfast:availability: { synchronous_mode: on }",
      "availability.synchronous_mode",
      '"on"',
      `${NO_SUCH}durability, rto`,
      'remove "synchronous_mode": availability.durability',
    ),
    invalid(
      `
holdfast:roles:
  - name: report
    password: hunter2
    grants: [{ database: app, access: read }]`,
      "roles[0].password",
      "[secret]",
      `${NO_SUCH}connectionLimit, grants, name`,
      "passwords are generated: pulumi stack output passwords --show-secrets",
    ),
    invalid(
      'holdfast:databases: [{ name: app, password: "" }]',
      "databases[0].password",
      "[secret]",
      NO_SUCH,
      "passwords are generated",
    ),
    invalid(
      "holdfast:postgres: { parameters: { work_mem: 8MB } }",
      "postgres.parameters",
      '{"work_mem":"8MB"}',
      `${NO_SUCH}extensions, profile, settings, source, version`,
      "settings is the group of the server's parameters",
    ),
    invalid(
      "holdfast:hosts: { database: { replicas: 2 } }",
      "hosts.database.replicas",
      "2",
      `${NO_SUCH}count, cpu, disk, memory, zones`,
      "hosts.database.count (3 or 5)",
    ),
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8], method: trust }]",
      "access[0].method",
      '"trust"',
      `${NO_SUCH}auth, databases, from, roles`,
      "auth says how clients prove who they are",
    ),
    invalid(
      "holdfast:Hosts: { database: { count: 3 } }",
      "Hosts",
      '{"database":{"count":3}}',
      NO_SUCH,
      'rename "Hosts" to "hosts"',
    ),
    invalid(
      "holdfast:pools: { maxclients: 500 }",
      "pools.maxclients",
      "500",
      NO_SUCH,
      'rename "maxclients" to "maxClients"',
    ),
    invalid(
      "holdfast:databases[0].name: app",
      "databases[0].name",
      '"app"',
      NO_SUCH,
      "then set it with pulumi config set --path",
    ),
    invalid("holdfast:version: 17", "version", "17", `${NO_SUCH}access, availability`, 'remove "version"'),
  ],

  units: [
    invalid(
      "holdfast:hosts: { proxy: { memory: 512M } }",
      "hosts.proxy.memory",
      '"512M"',
      "256MiB or more, as a whole number with MiB, GiB or TiB",
      set("hosts.proxy.memory", "512MiB"),
    ),
    invalid(
      "holdfast:hosts: { database: { memory: 4096 } }",
      "hosts.database.memory",
      "4096",
      "with MiB, GiB or TiB",
      set("hosts.database.memory", "VALUE"),
    ),
    invalid(
      "holdfast:hosts: { database: { disk: 100 GiB } }",
      "hosts.database.disk",
      '"100 GiB"',
      "1GiB or more, as a whole number with MiB, GiB or TiB",
      set("hosts.database.disk", "100GiB"),
    ),
    invalid(
      "holdfast:hosts: { operations: { memory: 1.5GiB } }",
      "hosts.operations.memory",
      '"1.5GiB"',
      "as a whole number",
      set("hosts.operations.memory", "VALUE"),
    ),
    setting(
      "shared_buffers: 1GiB",
      '"1GiB"',
      "with a unit: B, kB, MB, GB, TB (in just this case)",
      "set it to",
    ),
    setting(
      "idle_in_transaction_session_timeout: 30sec",
      '"30sec"',
      "of ms, or with a unit: us, ms, s, min",
      "set it",
    ),
    setting(
      "log_min_duration_statement: 1 minute",
      '"1 minute"',
      "with a unit: us, ms, s, min, h, d",
      "set it to",
    ),
  ],

  "numbers as text, text as numbers": [
    invalid(
      'holdfast:pools: { size: "10" }',
      "pools.size",
      '"10"',
      "a whole number from 1 to 5000",
      set("pools.size", "10"),
    ),
    invalid(
      'holdfast:pools: { sessions: "010" }',
      "pools.sessions",
      '"010"',
      "a whole number from 0 to 5000",
      set("pools.sessions", "VALUE"),
    ),
    invalid(
      "holdfast:tls: { certificateDays: 1 year }",
      "tls.certificateDays",
      '"1 year"',
      "a whole number from 2 to 825",
      set("tls.certificateDays", "VALUE"),
    ),
    invalid(
      "holdfast:postgres: { version: 17.2 }",
      "postgres.version",
      "17.2",
      "15, 16, 17, 18",
      set("postgres.version", "15"),
    ),
    invalid(
      "holdfast:cluster: { name: 2024 }",
      "cluster.name",
      "2024",
      "lower-case letters, digits and hyphens, from a letter on",
      set("cluster.name", "VALUE"),
    ),
    invalid(
      "holdfast:databases: [{ name: 1 }]",
      "databases[0].name",
      "1",
      "lower-case letters, digits and underscores, not starting with a digit",
      set("databases[0].name", "VALUE"),
    ),
    invalid(
      "holdfast:local: { keepVolumes: on }",
      "local.keepVolumes",
      '"on"',
      "true or false",
      set("local.keepVolumes", "true"),
    ),
    invalid(
      "holdfast:os: { timeZone: 1 }",
      "os.timeZone",
      "1",
      "the name of a time zone",
      set("os.timeZone", "VALUE"),
    ),
    setting(
      'max_connections: "0200"',
      '"0200"',
      "without a leading zero, by which the server reads it as octal",
      "set",
    ),
    setting("jit: t", '"t"', "on or off", "set it to such a value"),
    setting('max_parallel_workers: "8."', '"8."', "a whole number from 0 to 1024", "set it to such a value"),
    setting("random_page_cost: cheap", '"cheap"', "a number from 0", "set it to such a value"),
  ],

  "groups, lists and nothing": [
    invalid("holdfast:tls:", "tls", '""', "a group of settings", 'remove the empty "tls"'),
    invalid("holdfast:databases:", "databases", '""', "a list", 'remove the empty "databases"'),
    invalid(
      "holdfast:hosts:\n  database:",
      "hosts.database",
      "null",
      "a group of settings",
      'remove the empty "database"',
    ),
    invalid(
      "holdfast:pools: { size: null }",
      "pools.size",
      "null",
      "a whole number",
      set("pools.size", "VALUE"),
    ),
    invalid(
      "holdfast:pools: { size: [10] }",
      "pools.size",
      "[10]",
      "a whole number",
      set("pools.size", "VALUE"),
    ),
    invalid(
      "holdfast:databases: app",
      "databases",
      '"app"',
      "a list",
      "write a list there, in the stack's file",
    ),
    invalid(
      "holdfast:availability: strict",
      "availability",
      '"strict"',
      "a group of settings",
      "write a group",
    ),
    invalid(
      "holdfast:hosts: { database: { zones: a } }",
      "hosts.database.zones",
      '"a"',
      "a list",
      "write a list there",
    ),
    invalid(
      "holdfast:access: [{ from: 10.0.0.0/8 }]",
      "access[0].from",
      '"10.0.0.0/8"',
      "a list",
      "write a list",
    ),
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8], databases: [] }]",
      "access[0].databases",
      "[]",
      "at least one database, or none of this key for all",
      "add to the list",
    ),
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8], roles: [] }]",
      "access[0].roles",
      "[]",
      "at least one role, or none of this key for all",
      "add to the list",
    ),
    invalid(
      "holdfast:roles: [report]",
      "roles[0]",
      '"report"',
      "a group of settings",
      "write a group of settings",
    ),
    invalid(
      "holdfast:postgres: { extensions: pg_trgm }",
      "postgres.extensions",
      '"pg_trgm"',
      "a list",
      "write a list there",
    ),
    invalid(
      "holdfast:postgres: { settings: [{ name: work_mem, value: 8MB }] }",
      "postgres.settings",
      '[{"name":"work_mem","value":"8MB"}]',
      "a group of settings",
      "write a group of settings there",
    ),
  ],

  "hosts and zones": [
    invalid(
      "holdfast:hosts: { database: { count: 1 } }",
      "hosts.database.count",
      "1",
      "3 or 5: two cannot outvote one",
      set("hosts.database.count", "3"),
    ),
    invalid(
      "holdfast:hosts: { database: { count: 6 } }",
      "hosts.database.count",
      "6",
      "an even number tolerates no more losses than one less",
      set("hosts.database.count", "3"),
    ),
    invalid(
      "holdfast:hosts: { database: { cpu: 0 } }",
      "hosts.database.cpu",
      "0",
      "a number from 0.25 to 448",
      set("hosts.database.cpu", "0.25"),
    ),
    invalid(
      "holdfast:hosts: { database: { zones: [eu-west-1A, b, c] } }",
      "hosts.database.zones[0]",
      '"eu-west-1A"',
      "lower-case letters, digits and hyphens",
      set("hosts.database.zones[0]", "VALUE"),
    ),
  ],

  names: [
    invalid(
      "holdfast:databases: [{ name: 'x\"; DROP DATABASE postgres; --' }]",
      "databases[0].name",
      '"x\\"; DROP DATABASE postgres; --"',
      "1 to 48 lower-case letters, digits and underscores",
      set("databases[0].name", "VALUE"),
    ),
    invalid(
      `holdfast:roles: [{ name: ${"r".repeat(64)}, grants: [{ database: app, access: read }] }]`,
      "roles[0].name",
      `"${"r".repeat(64)}"`,
      "1 to 63 lower-case letters",
      set("roles[0].name", "VALUE"),
    ),
    invalid(
      "holdfast:roles: [{ name: current_role, grants: [{ database: app, access: read }] }]",
      "roles[0].name",
      '"current_role"',
      "a name that neither PostgreSQL nor Holdfast uses itself",
      "rename it",
    ),
    invalid(
      "holdfast:databases: [{ name: template0 }]",
      "databases[0].name",
      '"template0"',
      "a name that neither PostgreSQL nor PgBouncer keeps for itself",
      "rename it",
    ),
    invalid(
      "holdfast:cluster: { name: ../orders }",
      "cluster.name",
      '"../orders"',
      "1 to 40 lower-case letters, digits and hyphens",
      set("cluster.name", "VALUE"),
    ),
    invalid(
      `holdfast:cluster: { domain: ${"d".repeat(45)}.example.com }`,
      "cluster.domain",
      `"${"d".repeat(45)}.example.com"`,
      "a domain name in lower case of at most 56 characters",
      set("cluster.domain", "VALUE"),
    ),
    invalid(
      "holdfast:cluster: { domain: 10.0.0.1 }",
      "cluster.domain",
      '"10.0.0.1"',
      "a domain name in lower case",
      set("cluster.domain", "VALUE"),
    ),
    invalid(
      "holdfast:databases: [{ name: app, locale: /etc/passwd }]",
      "databases[0].locale",
      '"/etc/passwd"',
      "the name of a locale, like C.UTF-8 or en_US.UTF-8",
      set("databases[0].locale", "VALUE"),
    ),
    invalid(
      "holdfast:local: { services: a/b }",
      "local.services",
      '"a/b"',
      "lower-case letters, digits and hyphens",
      set("local.services", "VALUE"),
    ),
    invalid(
      "holdfast:local: { services: holdfast-local-db-1 }",
      "local.services",
      '"holdfast-local-db-1"',
      "a name that no host's container has",
      "rename it",
    ),
    invalid(
      "holdfast:os: { timeZone: US/Eastern }",
      "os.timeZone",
      '"US/Eastern"',
      "the name of a time zone in its present spelling",
      set("os.timeZone", "VALUE"),
    ),
  ],

  networks: [
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8, 10.1.0.0/16] }]",
      "access[0].from[1]",
      '"10.1.0.0/16"',
      "each address once, and 10.0.0.0/8 has these already",
      "remove it",
    ),
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8, 10.0.0.0/8] }]",
      "access[0].from[1]",
      '"10.0.0.0/8"',
      "each address once",
      "remove it",
    ),
    invalid(
      "holdfast:access: [{ from: [127.0.0.0/8] }]",
      "access[0].from[0]",
      '"127.0.0.0/8"',
      "a network that clients can come from",
      "name their network",
    ),
    invalid(
      "holdfast:access: [{ from: [239.1.0.0/16] }]",
      "access[0].from[0]",
      '"239.1.0.0/16"',
      "a network that clients can come from",
      "name their network",
    ),
    invalid(
      "holdfast:access: [{ from: [10.20.0.0/33] }]",
      "access[0].from[0]",
      '"10.20.0.0/33"',
      "an IPv4 network in CIDR form, like 10.20.0.0/16",
      set("access[0].from[0]", "VALUE"),
    ),
    invalid(
      "holdfast:access: [{ from: ['fd00::/8'] }]",
      "access[0].from[0]",
      '"fd00::/8"',
      "an IPv4 network in CIDR form",
      set("access[0].from[0]", "VALUE"),
    ),
    invalid(
      "holdfast:local: { subnet: 127.0.0.0/24 }",
      "local.subnet",
      '"127.0.0.0/24"',
      "a private /24, like 10.77.1.0/24",
      set("local.subnet", "VALUE"),
    ),
    invalid(
      "holdfast:local: { subnet: 10.88.0.0/24 }",
      "local.subnet",
      '"10.88.0.0/24"',
      "outside of podman's own 10.88.0.0/16",
      set("local.subnet", "VALUE"),
    ),
    invalid(
      "holdfast:local: { portBase: 65500 }",
      "local.portBase",
      "65500",
      "a whole number from 1024 to 65400",
      set("local.portBase", "65400"),
    ),
  ],

  "access and references": [
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8], auth: password }]",
      "access[0].auth",
      '"password"',
      "passwords in plain or as md5, and trust, are not offered",
      set("access[0].auth", "scram-sha-256"),
    ),
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8], databases: [app, app] }]",
      "access[0].databases[1]",
      '"app"',
      "each database once",
      "remove it",
    ),
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8], roles: [app_owner, app_owner] }]",
      "access[0].roles[1]",
      '"app_owner"',
      "each role once",
      "remove it",
    ),
    invalid(
      "holdfast:access: [{ from: [10.0.0.0/8], roles: [postgres] }]",
      "access[0].roles[0]",
      '"postgres"',
      "one of the application roles: app_owner, app_writer, app_reader",
      "add it, or remove this",
    ),
    invalid(
      `
holdfast:roles:
  - name: report
    grants:
      - { database: app, access: read }
      - { database: app, access: own }`,
      "roles[0].grants[1].database",
      '"app"',
      "each database once, with the widest access",
      "remove it",
    ),
    invalid(
      "holdfast:roles: [{ name: report, grants: [{ database: orders, access: read }] }]",
      "roles[0].grants[0].database",
      '"orders"',
      "one of the databases: app",
      "add it, or remove this",
    ),
    invalid(
      "holdfast:roles: [{ name: report, grants: [{ database: app, access: admin }] }]",
      "roles[0].grants[0].access",
      '"admin"',
      '"read", "write", "own"',
      set("roles[0].grants[0].access", "read"),
    ),
  ],

  extensions: [
    invalid(
      "holdfast:postgres: { extensions: [timescaledb] }",
      "postgres.extensions[0]",
      '"timescaledb"',
      "an extension of PostgreSQL 17: amcheck,",
      "remove it",
    ),
    invalid(
      "holdfast:postgres: { extensions: [pg_trgm, pg_trgm] }",
      "postgres.extensions[1]",
      '"pg_trgm"',
      "each extension once",
      "remove it",
    ),
    invalid(
      `${PLAIN}holdfast:postgres: { ${VERSION_18}extensions: [adminpack] }`,
      "postgres.extensions[0]",
      '"adminpack"',
      "an extension of PostgreSQL 18",
      "remove it",
    ),
    setting(
      "pg_stat_statements.max: 9000",
      "9000",
      "settings of extensions that are loaded",
      'add "pg_stat_statements"',
      "extensions: [], ",
    ),
  ],

  "parameters that are Holdfast's": [
    setting("listen_addresses: '*'", '"*"', "not here: Patroni sets it", "remove it"),
    setting("synchronous_standby_names: '*'", '"*"', "choose availability.durability instead", "remove it"),
    setting("archive_command: 'cp %p /mnt/%f'", '"cp %p /mnt/%f"', "belongs to the backups", "remove it"),
    setting("search_path: app", '"app"', "it belongs to a role or a database: ALTER ROLE", "remove it"),
    setting("default_transaction_read_only: true", "true", "every write would be refused", "remove it"),
    setting("dynamic_library_path: /opt/lib", '"/opt/lib"', "those of its packages", "remove it"),
    setting(
      "session_replication_role: replica",
      '"replica"',
      "foreign keys and triggers would do nothing",
      "remove",
    ),
    setting("client_encoding: LATIN1", '"LATIN1"', "each client says its own", "remove it"),
    setting("ssl_ecdh_curve: none", '"none"', "every connection uses them", "remove it"),
    setting("bonjour: true", "true", "Debian builds the server without it", "remove it"),
    setting("track_counts: false", "false", "autovacuum does not run without it", "remove it"),
  ],

  "parameters that the server does not know, or Patroni does not pass on": [
    setting("shared_bufers: 1GB", '"1GB"', "a parameter of PostgreSQL 17", 'rename it to "shared_buffers"'),
    setting("io_workers: 4", "4", "a parameter of PostgreSQL 17", "remove it, or check its name"),
    setting("max_connections: 20", "20", "25 or more: Patroni takes its own default", "set it to 25"),
    setting(
      "wal_keep_size: 0",
      "0",
      "16MB or more: Patroni takes its own default",
      "set it to 16MB, or remove",
    ),
    setting("max_stack_depth: 8MB", '"8MB"', "7680kB or less: the hosts' limit of 8 MiB", "set it to 7680kB"),
    setting("transaction_buffers: 100", "100", "a multiple of 16", "set it to 112, or remove it"),
    setting(
      "statement_timeout: 100ms",
      '"100ms"',
      "0, or 1000ms or more: less would end the statements",
      "set it to 1000ms",
    ),
    setting(
      "wal_receiver_status_interval: 0",
      "0",
      "1s or more: by its reports commits are acknowledged",
      "set it to 1s",
    ),
    setting(
      "TimeZone: US/Eastern",
      '"US/Eastern"',
      "the name of a time zone in its present spelling",
      "set it to",
    ),
    setting("log_timezone: mars", '"mars"', "the name of a time zone", "set it to such a value"),
    setting("DateStyle: European", '"European"', "behind a comma YMD, DMY or MDY", "set it to such a value"),
    setting(
      "lc_messages: de_DE.UTF-8",
      '"de_DE.UTF-8"',
      "a locale that the hosts have: C, POSIX, C.UTF-8",
      "set it",
    ),
    setting(
      "application_name: Grüße",
      '"Grüße"',
      "letters, digits and signs of ASCII",
      "set it to such a value",
    ),
    setting("default_table_access_method: columnar", '"columnar"', "heap", "set it to such a value"),
    setting(
      `log_line_prefix: "${"%m".repeat(5001)}"`,
      `"${"%m".repeat(99)}%…`,
      "at most 10000 characters",
      "set it to",
    ),
    setting(
      "huge_pages: true",
      "true",
      "off or try: huge pages are not to be had in a container",
      "remove it",
    ),
    {
      ...setting("io_method: io_uring", '"io_uring"', "worker or sync", "remove it", VERSION_18),
      yaml: `${PLAIN}holdfast:postgres: { ${VERSION_18}settings: { io_method: io_uring } }`,
    },
  ],

  "parameters that do not fit together": [
    setting(
      "reserved_connections: 97",
      "97",
      "together less than max_connections, which is 100",
      "lower it, or raise",
    ),
    setting("max_worker_processes: 262143", "262143", "of at most 262133 together; they are", "lower it"),
    setting("min_wal_size: 31MB", '"31MB"', "32MB or more: two segments", "set it to 32MB, or remove it"),
    {
      ...setting(
        "max_wal_size: 100MB",
        '"100MB"',
        "128MB or more: two segments",
        "set it to 128MB, or remove it",
      ),
      yaml: `
holdfast:hosts: { database: { disk: 200GiB } }
holdfast:postgres: { settings: { max_wal_size: 100MB } }`,
    },
    setting(
      "max_wal_size: 6GB",
      '"6GB"',
      "at most half of hosts.database.disk, which is 10240MiB",
      "or raise hosts",
    ),
    {
      ...setting(
        "autovacuum_max_workers: 20",
        "20",
        "no more workers than autovacuum_worker_slots, which is 16",
        "lower autovacuum_max_workers",
      ),
      yaml: `${PLAIN}holdfast:postgres: { ${VERSION_18}settings: { autovacuum_max_workers: 20 } }`,
    },
  ],

  memory: (
    [
      ["work_mem: 700MB", "1593MiB or more: 398 for shared_buffers, 300 for 100 connections, 99 for mai"],
      ["min_dynamic_shared_memory: 2GB", "2052 for work_mem, wal_buffers and locks, 96 for the system"],
      ["wal_buffers: 1GB", "1027 for work_mem, wal_buffers and locks"],
      ["max_locks_per_transaction: 50000", "4892 for work_mem, wal_buffers and locks"],
      ["max_connections: 500", "1500 for 500 connections"],
    ] as const
  ).map(([line, allowed]) => ({
    ...setting(line, '"1024MiB"', allowed, "raise it, or lower the largest of these in postgres.settings"),
    path: "hosts.database.memory",
  })),

  pools: [
    invalid(
      "holdfast:databases: [{ name: app, poolSize: 50 }]",
      "databases",
      '["app"]',
      "would open 200 connections, and of max_connections = 100 only 66 are left",
      "lower pools.size, pools.sessions or a database's poolSize",
    ),
    invalid(
      "holdfast:hosts: { proxy: { count: 4 } }\nholdfast:pools: { size: 8 }",
      "pools.size",
      "8",
      "4 proxies with 2 pools for each database would open 64 connections",
      "or raise max_connections in postgres.settings",
    ),
    setting(
      "max_connections: 30",
      '["app"]',
      "of max_connections = 30 only 0 are left for them",
      "raise max_connections",
    ),
    invalid(
      "holdfast:pools: { maxClients: 5 }",
      "pools.maxClients",
      "5",
      "from 10 to 50000",
      set("pools.maxClients", "10"),
    ),
  ].map((each) => (each.path.endsWith("max_connections") ? { ...each, path: "databases" } : each)),

  certificates: [
    invalid("holdfast:tls: { caDays: 10 }", "tls.caDays", "10", "from 30 to 7300", set("tls.caDays", "30")),
    invalid(
      "holdfast:tls: { certificateDays: 1000 }",
      "tls.certificateDays",
      "1000",
      "a whole number from 2 to 825",
      set("tls.certificateDays", "825"),
    ),
    invalid(
      "holdfast:tls: { renewBeforeDays: 365 }",
      "tls.renewBeforeDays",
      "365",
      "less than tls.certificateDays, which is 365",
      "lower it, or raise tls.certificateDays",
    ),
    invalid(
      "holdfast:tls: { caDays: 90 }",
      "tls.certificateDays",
      "365",
      "less than tls.caDays, which is 90: no certificate outlives its authority",
      "lower it, or raise tls.caDays",
    ),
  ],
};
