-- Managed by Holdfast.
\set ON_ERROR_STOP on
-- Whoever owns a database may define what a name means there.
SET search_path = pg_catalog;
SET statement_timeout = '50s';
SET lock_timeout = '1s';
SET application_name = 'monitoring';
SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT 'datname="' || replace(replace(replace(coalesce((datname)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"' AS labels, ARRAY[coalesce((pg_database_size(oid))::float8, 'NaN')] AS numbers
  FROM pg_database WHERE datname <> 'template0') AS row,
  unnest(ARRAY['pg_database_size_bytes'], row.numbers) AS each (metric, number);
SELECT to_regclass('public.pg_stat_statements') IS NOT NULL AS statements \gset
\if :statements
SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT 'queryid="' || replace(replace(replace(coalesce((queryid::text)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'datname="' || replace(replace(replace(coalesce((datname)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'usename="' || replace(replace(replace(coalesce((usename)::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"'
    || ',' || 'query="' || replace(replace(replace(coalesce((left(regexp_replace(query, '\s+', ' ', 'g'), 120))::text, ''), '\', '\\'), '"', '\"'), E'\n', ' ') || '"' AS labels, ARRAY[coalesce((total_exec_time / 1000)::float8, 'NaN'), coalesce((calls)::float8, 'NaN'), coalesce((mean_exec_time / 1000)::float8, 'NaN'), coalesce((rows)::float8, 'NaN')] AS numbers
  FROM (SELECT s.*, coalesce(d.datname, '') AS datname, coalesce(r.rolname, '') AS usename,
    row_number() OVER (ORDER BY total_exec_time DESC) AS heaviest,
    row_number() OVER (ORDER BY CASE WHEN calls >= 10 THEN mean_exec_time ELSE 0 END DESC) AS slowest,
    row_number() OVER (ORDER BY CASE WHEN r.rolname IN ('postgres', 'replicator', 'rewind', 'pooler', 'barman', 'barman_manifest', 'streaming_barman', 'monitoring') THEN 0 ELSE longest_exec_time END DESC) AS longest
  FROM (SELECT dbid, userid, queryid, min(query) AS query, sum(calls) AS calls, sum(rows) AS rows,
      sum(total_exec_time) AS total_exec_time, sum(total_exec_time) / nullif(sum(calls), 0) AS mean_exec_time,
      max(max_exec_time) AS longest_exec_time
    FROM public.pg_stat_statements WHERE queryid IS NOT NULL AND calls > 0 AND query ~* '^(\s|\(|/[*].*?[*]/|--[^\n]*\n)*(select|insert|update|delete|merge|with|values)\y' GROUP BY 1, 2, 3) s
  LEFT JOIN pg_database d ON d.oid = s.dbid LEFT JOIN pg_roles r ON r.oid = s.userid) AS ranked
WHERE 20 >= least(heaviest, slowest, longest)) AS row,
  unnest(ARRAY['pg_statements_seconds_total', 'pg_statements_calls_total', 'pg_statements_mean_seconds', 'pg_statements_rows_total'], row.numbers) AS each (metric, number);
\endif
