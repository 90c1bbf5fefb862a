-- Managed by Holdfast.
\set ON_ERROR_STOP on
-- Whoever owns a database may define what a name means there.
SET search_path = pg_catalog;
SET statement_timeout = '600s';
SET lock_timeout = '1s';
SET application_name = 'monitoring';
SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'holdfast' AND p.proname = 'table_bloat' AND has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(n.oid, 'USAGE')) AS estimated \gset
\if :estimated
SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT 'datname="' || replace(replace(replace(coalesce((current_database())::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'schema="' || replace(replace(replace(coalesce((t."schema")::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'table="' || replace(replace(replace(coalesce((t."table")::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"' AS labels, ARRAY[coalesce((t.ratio)::float8, 'NaN'), coalesce((t.bytes)::float8, 'NaN')] AS numbers
  FROM (SELECT * FROM holdfast.table_bloat() ORDER BY bytes DESC LIMIT 200) AS t) AS row,
  unnest(ARRAY['holdfast_table_bloat_ratio', 'holdfast_table_bloat_bytes'], row.numbers) AS each (metric, number);
\endif
