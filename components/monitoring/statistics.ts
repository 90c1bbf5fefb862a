import { lines } from "./exposition.ts";
import { MONITORING, OWN_ROLES } from "./names.ts";

/**
 * What is asked less often than the exporter is scraped, because it costs more or needs a look into each database: as lines of
 * Prometheus' text format, for the node exporter to find.
 */
export interface Statistics {
  /** The name of its unit and of its file of metrics. */
  readonly name: string;
  /** Once in the database postgres, or in each one that takes connections. */
  readonly where: "postgres" | "each";
  /** As systemd.time(7) reads it. */
  readonly calendar: string;
  readonly timeoutSeconds: number;
  readonly sql: string;
}

const epoch = (moment: string) => `coalesce(extract(epoch FROM ${moment}), 0)`;

const TOP = 20;
/** Of what alerts are about: series of a schema for each customer would be more than anybody keeps. */
const MOST = 200;
/** Text of a statement, in characters: enough to know it by. */
const QUERY_CHARACTERS = 120;
const ours = OWN_ROLES.map((role) => `'${role}'`).join(", ");
/** Calls below which a mean says nothing. */
export const MEAN_CALLS = 10;

/** Of other statements the text is kept as it was written, which may be with somebody's password. */
const ORDINARY = "^(\\s|\\(|/[*].*?[*]/|--[^\\n]*\\n)*(select|insert|update|delete|merge|with|values)\\y";

/**
 * The heaviest, the slowest, and those of applications with the longest single run: a statement that has become slow after years
 * of being fast is for long neither of the first two, since its totals are those of its years. The longest run may itself be of
 * years ago, so this finds many of them, and not all.
 */
const statements = `(SELECT s.*, coalesce(d.datname, '') AS datname, coalesce(r.rolname, '') AS usename,
    row_number() OVER (ORDER BY total_exec_time DESC) AS heaviest,
    row_number() OVER (ORDER BY CASE WHEN calls >= ${MEAN_CALLS} THEN mean_exec_time ELSE 0 END DESC) AS slowest,
    row_number() OVER (ORDER BY CASE WHEN r.rolname IN (${ours}) THEN 0 ELSE longest_exec_time END DESC) AS longest
  FROM (SELECT dbid, userid, queryid, min(query) AS query, sum(calls) AS calls, sum(rows) AS rows,
      sum(total_exec_time) AS total_exec_time, sum(total_exec_time) / nullif(sum(calls), 0) AS mean_exec_time,
      max(max_exec_time) AS longest_exec_time
    FROM public.pg_stat_statements WHERE queryid IS NOT NULL AND calls > 0 AND query ~* '${ORDINARY}' GROUP BY 1, 2, 3) s
  LEFT JOIN pg_database d ON d.oid = s.dbid LEFT JOIN pg_roles r ON r.oid = s.userid) AS ranked
WHERE ${TOP} >= least(heaviest, slowest, longest)`;

const tables = `(SELECT *, pg_total_relation_size(relid) AS size FROM pg_stat_user_tables
    ORDER BY pg_total_relation_size(relid) DESC LIMIT ${TOP}) AS largest`;

/** An index of a constraint is there for its rule, used or not; and a small one costs nothing. */
const indexes = `(SELECT s.*, pg_relation_size(s.indexrelid) AS size
    FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid)
    WHERE NOT i.indisunique AND NOT i.indisexclusion AND pg_relation_size(s.indexrelid) >= 1024 * 1024
    ORDER BY size DESC LIMIT ${MOST}) AS s`;

export const STATISTICS_JOBS: readonly Statistics[] = [
  {
    name: "statistics-server",
    where: "postgres",
    calendar: "minutely",
    timeoutSeconds: 50,
    sql: [
      lines(
        "pg_database WHERE datname <> 'template0'",
        { datname: "datname" },
        { pg_database_size_bytes: "pg_database_size(oid)" },
      ),
      "SELECT to_regclass('public.pg_stat_statements') IS NOT NULL AS statements \\gset\n\\if :statements\n",
      lines(
        statements,
        {
          queryid: "queryid::text",
          datname: "datname",
          usename: "usename",
          query: `left(regexp_replace(query, '\\s+', ' ', 'g'), ${QUERY_CHARACTERS})`,
        },
        {
          pg_statements_seconds_total: "total_exec_time / 1000",
          pg_statements_calls_total: "calls",
          pg_statements_mean_seconds: "mean_exec_time / 1000",
          pg_statements_rows_total: "rows",
        },
      ),
      "\\endif\n",
    ].join(""),
  },
  {
    name: "statistics-tables",
    where: "each",
    // Not in the moment of the others: the role may have few connections.
    calendar: "*:0/5:20",
    timeoutSeconds: 240,
    sql: [
      lines(
        tables,
        { datname: "current_database()", schema: "schemaname", table: "relname" },
        {
          holdfast_table_size_bytes: "size",
          holdfast_table_live_rows: "n_live_tup",
          holdfast_table_dead_rows: "n_dead_tup",
          holdfast_table_last_vacuum_timestamp_seconds: epoch("greatest(last_vacuum, last_autovacuum)"),
        },
      ),
      lines(
        indexes,
        {
          datname: "current_database()",
          schema: "s.schemaname",
          table: "s.relname",
          index: "s.indexrelname",
        },
        {
          holdfast_index_scans_total: "s.idx_scan",
          holdfast_index_size_bytes: "s.size",
        },
      ),
    ].join(""),
  },
  {
    name: "statistics-bloat",
    where: "each",
    calendar: "*:02/20:40",
    timeoutSeconds: 600,
    sql: [
      // By its name, for of a schema that one may not enter nothing else tells.
      "SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'holdfast' AND p.proname = 'table_bloat' AND has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(n.oid, 'USAGE')) AS estimated \\gset\n\\if :estimated\n",
      lines(
        `(SELECT * FROM holdfast.table_bloat() ORDER BY bytes DESC LIMIT ${MOST}) AS t`,
        { datname: "current_database()", schema: 't."schema"', table: 't."table"' },
        { holdfast_table_bloat_ratio: "t.ratio", holdfast_table_bloat_bytes: "t.bytes" },
      ),
      "\\endif\n",
    ].join(""),
  },
];

/** The statements of one look, with its time limit: nothing may wait longer for an answer, nor wait behind anybody's lock. */
export const renderStatistics = ({ timeoutSeconds, sql }: Statistics): string =>
  `-- Managed by Holdfast.
\\set ON_ERROR_STOP on
-- Whoever owns a database may define what a name means there.
SET search_path = pg_catalog;
SET statement_timeout = '${timeoutSeconds}s';
SET lock_timeout = '1s';
SET application_name = '${MONITORING.role}';
${sql}`;
