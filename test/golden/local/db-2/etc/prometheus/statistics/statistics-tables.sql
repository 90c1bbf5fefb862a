-- Managed by Holdfast.
\set ON_ERROR_STOP on
-- Whoever owns a database may define what a name means there.
SET search_path = pg_catalog;
SET statement_timeout = '240s';
SET lock_timeout = '1s';
SET application_name = 'monitoring';
SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT 'datname="' || replace(replace(replace(coalesce((current_database())::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'schema="' || replace(replace(replace(coalesce((schemaname)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'table="' || replace(replace(replace(coalesce((relname)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"' AS labels, ARRAY[coalesce((size)::float8, 'NaN'), coalesce((n_live_tup)::float8, 'NaN'), coalesce((n_dead_tup)::float8, 'NaN'), coalesce((coalesce(extract(epoch FROM greatest(last_vacuum, last_autovacuum)), 0))::float8, 'NaN')] AS numbers
  FROM (SELECT *, pg_total_relation_size(relid) AS size FROM pg_stat_user_tables
    ORDER BY pg_total_relation_size(relid) DESC LIMIT 20) AS largest) AS row,
  unnest(ARRAY['holdfast_table_size_bytes', 'holdfast_table_live_rows', 'holdfast_table_dead_rows', 'holdfast_table_last_vacuum_timestamp_seconds'], row.numbers) AS each (metric, number);
SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT 'datname="' || replace(replace(replace(coalesce((current_database())::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'schema="' || replace(replace(replace(coalesce((s.schemaname)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'table="' || replace(replace(replace(coalesce((s.relname)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'index="' || replace(replace(replace(coalesce((s.indexrelname)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"' AS labels, ARRAY[coalesce((s.idx_scan)::float8, 'NaN'), coalesce((s.size)::float8, 'NaN')] AS numbers
  FROM (SELECT s.*, pg_relation_size(s.indexrelid) AS size
    FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid)
    WHERE NOT i.indisunique AND NOT i.indisexclusion AND pg_relation_size(s.indexrelid) >= 1024 * 1024
    ORDER BY size DESC LIMIT 200) AS s) AS row,
  unnest(ARRAY['holdfast_index_scans_total', 'holdfast_index_size_bytes'], row.numbers) AS each (metric, number);
