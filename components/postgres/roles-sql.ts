import { BARMAN } from "../barman/names.ts";
import type { BusinessQuery } from "../monitoring/business-schema.ts";
import { BUSINESS, MONITORING } from "../monitoring/names.ts";
import type { ApplicationRole } from "./application-roles.ts";
import { tableBloat } from "./bloat-sql.ts";
import { creatable } from "./extensions.ts";
import { quoteIdentifier as id, quoteLiteral as literal } from "./identifiers.ts";
import type { Database, PostgresConfig } from "./schema.ts";

export interface RolesPlan {
  readonly databases: readonly Database[];
  readonly roles: readonly ApplicationRole[];
  readonly monitoring: { readonly business: readonly Pick<BusinessQuery, "database">[] };
  /** Extensions that every database gets. */
  readonly postgres: Pick<PostgresConfig, "extensions">;
}

/** The psql variable that carries what the server keeps in place of a role's password. */
const verifierOf = (role: string): string => `:'verifier_${role}'`;

/**
 * Everything inside the server that the configuration decides, as a psql script which may run any number of times.
 * Verifiers of passwords come as psql variables from verifiers.py, so that this text can be shown in a preview.
 */
export function renderRolesSql(plan: RolesPlan): string {
  return `${[
    "-- Managed by Holdfast.",
    "\\set ON_ERROR_STOP on",
    // Verifiers must reach neither the server's log nor its statistics.
    "SET log_statement = 'none';",
    "SET log_min_duration_statement = -1;",
    "SET log_min_error_statement = 'panic';",
    "SET log_min_duration_sample = -1;",
    "SET log_transaction_sample_rate = 0;",
    "SET pg_stat_statements.track_utility = off;",
    "",
    ...serviceRoles(plan.databases.length),
    ...poolLookup(),
    ...statistics(plan.postgres.extensions),
    ...plan.roles.flatMap(applicationRole),
    ...plan.databases.flatMap((database) => databaseSql(database, plan.postgres.extensions)),
    ...plan.roles.flatMap((role) => memberships(role, plan.databases)),
    ...memberships(readerOf(plan.monitoring.business), plan.databases),
    ...removedRoles(plan.roles),
  ].join("\n")}\n`;
}

const ROLE_OF_ACCESS = { own: "owner", write: "writer", read: "reader" } as const;
const groupRole = (membership: { database: string; access: keyof typeof ROLE_OF_ACCESS }) =>
  `${membership.database}_${ROLE_OF_ACCESS[membership.access]}`;

/** CREATE ROLE has no IF NOT EXISTS: the statement is made by a query and run only when the role is missing. */
const createRole = (name: string): string =>
  `SELECT format('CREATE ROLE %I', ${literal(name)}) WHERE to_regrole(${literal(id(name))}) IS NULL \\gexec`;

/** What is no longer in the configuration is taken away, before what is in it is given. */
function memberships(role: ApplicationRole, databases: readonly Database[]): string[] {
  const wanted = role.memberships.map(groupRole);
  const others = databases
    .flatMap((database) => Object.values(ROLE_OF_ACCESS).map((kind) => `${database.name}_${kind}`))
    .filter((group) => !wanted.includes(group) && group !== role.name);
  return [
    `SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = ${literal(role.name)} AND g.rolname IN (${others.map(literal).join(", ")}) \\gexec`,
    ...wanted.map((group) => `GRANT ${id(group)} TO ${id(role.name)};`),
  ];
}

/**
 * A role that is no longer in the configuration stays, because it may own something, but nobody can be it any more.
 * Which roles are the configuration's is written down here: those that somebody made by hand are not touched.
 */
function removedRoles(roles: readonly ApplicationRole[]): string[] {
  const wanted = roles.map((role) => literal(role.name)).join(", ");
  const removed = `SELECT r.rolname FROM holdfast.roles h JOIN pg_roles r ON r.rolname = h.name WHERE h.name NOT IN (${wanted})`;
  const memberships =
    "pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member";
  return [
    "",
    "CREATE TABLE IF NOT EXISTS holdfast.roles (name name PRIMARY KEY);",
    `SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM (${removed}) AS removed \\gexec`,
    `SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM ${memberships} WHERE m.rolname IN (${removed}) OR (g.rolname IN (${removed}) AND m.rolname IN (SELECT name FROM holdfast.roles)) \\gexec`,
    `SELECT format('SELECT pg_terminate_backend(%s)', pid) FROM pg_stat_activity WHERE usename IN (${removed}) \\gexec`,
    `DELETE FROM holdfast.roles WHERE name NOT IN (${wanted});`,
    `INSERT INTO holdfast.roles VALUES ${roles.map((role) => `(${literal(role.name)})`).join(", ")} ON CONFLICT DO NOTHING;`,
  ];
}

function serviceRoles(databases: number): string[] {
  return [
    createRole(MONITORING.role),
    `ALTER ROLE ${MONITORING.role} LOGIN NOSUPERUSER CONNECTION LIMIT ${MONITORING.connections} PASSWORD NULL;`,
    `GRANT pg_monitor TO ${MONITORING.role};`,
    // Of one that is asked every few seconds: it writes nothing, waits for nobody, and one slow query does not take the time of all.
    ...["default_transaction_read_only = on", "statement_timeout = '1s'", "lock_timeout = '1s'"].map(
      (each) => `ALTER ROLE ${MONITORING.role} SET ${each};`,
    ),
    createRole(BUSINESS.role),
    `ALTER ROLE ${BUSINESS.role} LOGIN NOSUPERUSER CONNECTION LIMIT ${BUSINESS.connections} PASSWORD NULL;`,
    `ALTER ROLE ${BUSINESS.role} SET default_transaction_read_only = on;`,
    createRole(BARMAN.catalogue),
    `ALTER ROLE ${BARMAN.catalogue} LOGIN NOSUPERUSER CONNECTION LIMIT 5 PASSWORD NULL;`,
    // What Barman documents for a user that is not a superuser.
    `GRANT pg_read_all_settings, pg_read_all_stats, pg_checkpoint TO ${BARMAN.catalogue};`,
    ...[
      "pg_backup_start(text, boolean)",
      "pg_backup_stop(boolean)",
      "pg_switch_wal()",
      "pg_create_restore_point(text)",
    ].map((each) => `GRANT EXECUTE ON FUNCTION pg_catalog.${each} TO ${BARMAN.catalogue};`),
    createRole(BARMAN.streaming),
    `ALTER ROLE ${BARMAN.streaming} LOGIN REPLICATION NOSUPERUSER CONNECTION LIMIT 5 PASSWORD NULL;`,
    createRole(BARMAN.manifest),
    // Policies of rows hide none from it, or they could not be compared. On a standby, the only place for it, the writers'
    // pools leave more connections than one for each database, one for "postgres" and two to steer by.
    `ALTER ROLE ${BARMAN.manifest} LOGIN NOSUPERUSER BYPASSRLS CONNECTION LIMIT ${databases + 3} PASSWORD NULL;`,
    `GRANT pg_read_all_data, pg_read_all_stats TO ${BARMAN.manifest};`,
    ...["pg_wal_replay_pause()", "pg_wal_replay_resume()"].map(
      (each) => `GRANT EXECUTE ON FUNCTION pg_catalog.${each} TO ${BARMAN.manifest};`,
    ),
    createRole("pooler"),
    "ALTER ROLE pooler LOGIN NOSUPERUSER PASSWORD NULL;",
    "",
  ];
}

/** PgBouncer's window on verifiers: one function, which answers for plain login roles only. */
function poolLookup(): string[] {
  return [
    "CREATE SCHEMA IF NOT EXISTS holdfast;",
    "REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;",
    "GRANT USAGE ON SCHEMA holdfast TO pooler;",
    "CREATE TABLE IF NOT EXISTS holdfast.applied (component text PRIMARY KEY, checksum text NOT NULL, at timestamptz NOT NULL DEFAULT now());",
    "CREATE OR REPLACE FUNCTION holdfast.pool_lookup(name text, OUT rolname name, OUT verifier text)",
    "  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
    "    SELECT a.rolname, a.rolpassword FROM pg_catalog.pg_authid a",
    "    WHERE a.rolname = name AND a.rolcanlogin AND NOT a.rolsuper AND NOT a.rolreplication",
    "      AND (a.rolvaliduntil IS NULL OR a.rolvaliduntil > now())",
    "  $$;",
    "REVOKE ALL ON FUNCTION holdfast.pool_lookup(text) FROM PUBLIC;",
    "GRANT EXECUTE ON FUNCTION holdfast.pool_lookup(text) TO pooler;",
    "",
  ];
}

/** Reads the databases that the user's queries ask, and no others. */
const readerOf = (queries: readonly Pick<BusinessQuery, "database">[]): ApplicationRole => ({
  name: BUSINESS.role,
  connectionLimit: BUSINESS.connections,
  memberships: [...new Set(queries.map(({ database }) => database))].map((database) => ({
    database,
    access: "read",
  })),
});

/** Its view tells of all databases, and is read in this one. */
const statistics = (extensions: readonly string[]): string[] =>
  extensions.includes("pg_stat_statements") ? ["CREATE EXTENSION IF NOT EXISTS pg_stat_statements;", ""] : [];

function applicationRole(role: ApplicationRole): string[] {
  return [
    createRole(role.name),
    `ALTER ROLE ${id(role.name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT ${role.connectionLimit} PASSWORD ${verifierOf(role.name)};`,
  ];
}

function databaseSql(database: Database, extensions: readonly string[]): string[] {
  const name = id(database.name);
  const owner = id(`${database.name}_owner`);
  const writer = id(`${database.name}_writer`);
  const reader = id(`${database.name}_reader`);
  const defaults = (object: string, privileges: string, to: string) =>
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT ${privileges} ON ${object} TO ${to};`;
  return [
    "",
    `SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE %L', ${literal(database.name)}, ${literal(`${database.name}_owner`)}, ${literal(database.locale)}) WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(database.name)}) \\gexec`,
    `ALTER DATABASE ${name} CONNECTION LIMIT ${database.connectionLimit};`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC;`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${owner}, ${writer}, ${reader};`,
    // Statistics of tables are seen only from inside their database; rights on the tables monitoring has none.
    `GRANT CONNECT ON DATABASE ${name} TO ${MONITORING.role}, ${BARMAN.manifest};`,
    `\\connect ${name}`,
    ...creatable([...new Set([...extensions, ...database.extensions])])
      .sort()
      .map((extension) => `CREATE EXTENSION IF NOT EXISTS ${id(extension)} CASCADE;`),
    ...tableBloat(owner),
    `ALTER SCHEMA public OWNER TO ${owner};`,
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
    `GRANT USAGE ON SCHEMA public TO ${writer}, ${reader};`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${reader};`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${writer};`,
    `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${writer};`,
    defaults("TABLES", "SELECT", reader),
    defaults("TABLES", "SELECT, INSERT, UPDATE, DELETE", writer),
    defaults("SEQUENCES", "USAGE, SELECT", writer),
    defaults("SCHEMAS", "USAGE", `${writer}, ${reader}`),
    "\\connect postgres",
  ];
}
