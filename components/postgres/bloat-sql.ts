import { MONITORING } from "../monitoring/names.ts";

/** Smaller tables are rewritten in a moment, whatever they hold. */
const AT_LEAST_BYTES = 10 * 1024 * 1024;

/**
 * In each database: how much larger its tables are than their rows, as estimated from the planner's statistics, which only
 * who may read a table may read; so that monitoring needs no right on any. Layout of a row and a page: PostgreSQL's chapter
 * "Database Page Layout" (a header of 23 bytes, filled up to 8, and 4 of line pointer; 24 of page header).
 */
export const tableBloat = (owner: string): string[] => [
  "CREATE SCHEMA IF NOT EXISTS holdfast;",
  // Where somebody has made it before.
  "ALTER SCHEMA holdfast OWNER TO CURRENT_USER;",
  "REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;",
  `GRANT USAGE ON SCHEMA holdfast TO ${MONITORING.role};`,
  'CREATE OR REPLACE FUNCTION holdfast.table_bloat(OUT "schema" name, OUT "table" name, OUT bytes bigint, OUT ratio float8)',
  "  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
  "    SELECT n.nspname, c.relname, greatest(size.bytes - needed.bytes, 0)::bigint,",
  "      greatest(1 - needed.bytes / size.bytes, 0)::float8",
  "    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,",
  "      LATERAL (SELECT pg_relation_size(c.oid) AS bytes) AS size,",
  "      LATERAL (SELECT count(*) AS columns, ceil(sum((1 - s.stanullfrac) * s.stawidth) / 8) * 8 AS width,",
  "          CASE WHEN max(s.stanullfrac) > 0 THEN ceil((23 + c.relnatts / 8.0) / 8) * 8 ELSE 24 END + 4 AS head",
  "        FROM pg_statistic s WHERE s.starelid = c.oid AND NOT s.stainherit) AS row,",
  "      LATERAL (SELECT coalesce((SELECT option_value::float8 / 100 FROM pg_options_to_table(c.reloptions)",
  "          WHERE option_name = 'fillfactor'), 1) AS filled) AS page,",
  "      LATERAL (SELECT ceil(c.reltuples * (row.head + row.width) / ((8192 - 24) * page.filled)) * 8192 AS bytes) AS needed",
  `    WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND c.reltuples >= 0 AND row.columns > 0 AND size.bytes >= ${AT_LEAST_BYTES}`,
  "  $$;",
  "ALTER FUNCTION holdfast.table_bloat() OWNER TO CURRENT_USER;",
  "REVOKE ALL ON FUNCTION holdfast.table_bloat() FROM PUBLIC;",
  `GRANT EXECUTE ON FUNCTION holdfast.table_bloat() TO ${MONITORING.role};`,
  ...exactBloat(owner),
];

/**
 * The same of one table as it is, by reading all of it: for the owner of the database, who asks when it matters. Not for
 * monitoring, since it takes as long as the table is large.
 */
const exactBloat = (owner: string): string[] => [
  "CREATE EXTENSION IF NOT EXISTS pgstattuple SCHEMA holdfast;",
  `GRANT USAGE ON SCHEMA holdfast TO ${owner};`,
  // Where somebody has the extension in another schema already, it stays there.
  "SELECT format('CREATE OR REPLACE FUNCTION holdfast.exact_bloat(relation regclass, OUT bytes bigint, OUT live_percent float8,",
  "    OUT dead_percent float8, OUT free_percent float8)",
  "  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
  "    SELECT table_len, tuple_percent, dead_tuple_percent, free_percent FROM %s.pgstattuple(relation)",
  "  $$', extnamespace::regnamespace) FROM pg_extension WHERE extname = 'pgstattuple' \\gexec",
  "ALTER FUNCTION holdfast.exact_bloat(regclass) OWNER TO CURRENT_USER;",
  "REVOKE ALL ON FUNCTION holdfast.exact_bloat(regclass) FROM PUBLIC;",
  `GRANT EXECUTE ON FUNCTION holdfast.exact_bloat(regclass) TO ${owner};`,
];
