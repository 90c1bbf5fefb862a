import { MONITORING } from "../monitoring/names.ts";

/** Smaller tables are rewritten in a moment, whatever they hold. */
const AT_LEAST_BYTES = 10 * 1024 * 1024;

/**
 * In each database: how much larger its tables are than their rows, as estimated from the planner's statistics, which only
 * who may read a table may read; so that monitoring needs no right on any. Layout of a row and a page: PostgreSQL's chapter
 * "Database Page Layout" (a header of 23 bytes, filled up to 8, and 4 of line pointer; 24 of page header).
 */
export const tableBloat = (): string[] => [
  "CREATE SCHEMA IF NOT EXISTS holdfast;",
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
  "REVOKE ALL ON FUNCTION holdfast.table_bloat() FROM PUBLIC;",
  `GRANT EXECUTE ON FUNCTION holdfast.table_bloat() TO ${MONITORING.role};`,
];
