-- Managed by Holdfast.
\set ON_ERROR_STOP on
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET log_min_duration_sample = -1;
SET log_transaction_sample_rate = 0;
SET pg_stat_statements.track_utility = off;

SELECT format('CREATE ROLE %I', 'monitoring') WHERE to_regrole('"monitoring"') IS NULL \gexec
ALTER ROLE monitoring LOGIN NOSUPERUSER CONNECTION LIMIT 6 PASSWORD NULL;
GRANT pg_monitor TO monitoring;
ALTER ROLE monitoring SET default_transaction_read_only = on;
ALTER ROLE monitoring SET statement_timeout = '1s';
ALTER ROLE monitoring SET lock_timeout = '1s';
SELECT format('CREATE ROLE %I', 'business_metrics') WHERE to_regrole('"business_metrics"') IS NULL \gexec
ALTER ROLE business_metrics LOGIN NOSUPERUSER CONNECTION LIMIT 1 PASSWORD NULL;
ALTER ROLE business_metrics SET default_transaction_read_only = on;
SELECT format('CREATE ROLE %I', 'barman') WHERE to_regrole('"barman"') IS NULL \gexec
ALTER ROLE barman LOGIN NOSUPERUSER CONNECTION LIMIT 5 PASSWORD NULL;
GRANT pg_read_all_settings, pg_read_all_stats, pg_checkpoint TO barman;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_backup_start(text, boolean) TO barman;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_backup_stop(boolean) TO barman;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO barman;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_create_restore_point(text) TO barman;
SELECT format('CREATE ROLE %I', 'streaming_barman') WHERE to_regrole('"streaming_barman"') IS NULL \gexec
ALTER ROLE streaming_barman LOGIN REPLICATION NOSUPERUSER CONNECTION LIMIT 5 PASSWORD NULL;
SELECT format('CREATE ROLE %I', 'barman_manifest') WHERE to_regrole('"barman_manifest"') IS NULL \gexec
ALTER ROLE barman_manifest LOGIN NOSUPERUSER BYPASSRLS CONNECTION LIMIT 5 PASSWORD NULL;
GRANT pg_read_all_data, pg_read_all_stats TO barman_manifest;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_wal_replay_pause() TO barman_manifest;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_wal_replay_resume() TO barman_manifest;
SELECT format('CREATE ROLE %I', 'pooler') WHERE to_regrole('"pooler"') IS NULL \gexec
ALTER ROLE pooler LOGIN NOSUPERUSER PASSWORD NULL;

CREATE SCHEMA IF NOT EXISTS holdfast;
REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;
GRANT USAGE ON SCHEMA holdfast TO pooler;
CREATE TABLE IF NOT EXISTS holdfast.applied (component text PRIMARY KEY, checksum text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE OR REPLACE FUNCTION holdfast.pool_lookup(name text, OUT rolname name, OUT verifier text)
  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.rolname, a.rolpassword FROM pg_catalog.pg_authid a
    WHERE a.rolname = name AND a.rolcanlogin AND NOT a.rolsuper AND NOT a.rolreplication
      AND (a.rolvaliduntil IS NULL OR a.rolvaliduntil > now())
  $$;
REVOKE ALL ON FUNCTION holdfast.pool_lookup(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holdfast.pool_lookup(text) TO pooler;

CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

SELECT format('CREATE ROLE %I', 'shop_owner') WHERE to_regrole('"shop_owner"') IS NULL \gexec
ALTER ROLE "shop_owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT -1 PASSWORD :'verifier_shop_owner';
SELECT format('CREATE ROLE %I', 'shop_writer') WHERE to_regrole('"shop_writer"') IS NULL \gexec
ALTER ROLE "shop_writer" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT -1 PASSWORD :'verifier_shop_writer';
SELECT format('CREATE ROLE %I', 'shop_reader') WHERE to_regrole('"shop_reader"') IS NULL \gexec
ALTER ROLE "shop_reader" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT -1 PASSWORD :'verifier_shop_reader';
SELECT format('CREATE ROLE %I', 'billing_owner') WHERE to_regrole('"billing_owner"') IS NULL \gexec
ALTER ROLE "billing_owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT -1 PASSWORD :'verifier_billing_owner';
SELECT format('CREATE ROLE %I', 'billing_writer') WHERE to_regrole('"billing_writer"') IS NULL \gexec
ALTER ROLE "billing_writer" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT -1 PASSWORD :'verifier_billing_writer';
SELECT format('CREATE ROLE %I', 'billing_reader') WHERE to_regrole('"billing_reader"') IS NULL \gexec
ALTER ROLE "billing_reader" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT -1 PASSWORD :'verifier_billing_reader';
SELECT format('CREATE ROLE %I', 'auditor') WHERE to_regrole('"auditor"') IS NULL \gexec
ALTER ROLE "auditor" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 5 PASSWORD :'verifier_auditor';
SELECT format('CREATE ROLE %I', 'migrations') WHERE to_regrole('"migrations"') IS NULL \gexec
ALTER ROLE "migrations" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT -1 PASSWORD :'verifier_migrations';

SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE %L', 'shop', 'shop_owner', 'C.UTF-8') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'shop') \gexec
ALTER DATABASE "shop" CONNECTION LIMIT -1;
REVOKE ALL ON DATABASE "shop" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE "shop" TO "shop_owner", "shop_writer", "shop_reader";
GRANT CONNECT ON DATABASE "shop" TO monitoring, barman_manifest;
\connect "shop"
CREATE EXTENSION IF NOT EXISTS "pg_prewarm" CASCADE;
CREATE EXTENSION IF NOT EXISTS "pg_stat_statements" CASCADE;
CREATE EXTENSION IF NOT EXISTS "pg_trgm" CASCADE;
CREATE SCHEMA IF NOT EXISTS holdfast;
ALTER SCHEMA holdfast OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;
GRANT USAGE ON SCHEMA holdfast TO monitoring;
CREATE OR REPLACE FUNCTION holdfast.table_bloat(OUT "schema" name, OUT "table" name, OUT bytes bigint, OUT ratio float8)
  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.nspname, c.relname, greatest(size.bytes - needed.bytes, 0)::bigint,
      greatest(1 - needed.bytes / size.bytes, 0)::float8
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
      LATERAL (SELECT pg_relation_size(c.oid) AS bytes) AS size,
      LATERAL (SELECT count(*) AS columns, ceil(sum((1 - s.stanullfrac) * s.stawidth) / 8) * 8 AS width,
          CASE WHEN max(s.stanullfrac) > 0 THEN ceil((23 + c.relnatts / 8.0) / 8) * 8 ELSE 24 END + 4 AS head
        FROM pg_statistic s WHERE s.starelid = c.oid AND NOT s.stainherit) AS row,
      LATERAL (SELECT coalesce((SELECT option_value::float8 / 100 FROM pg_options_to_table(c.reloptions)
          WHERE option_name = 'fillfactor'), 1) AS filled) AS page,
      LATERAL (SELECT ceil(c.reltuples * (row.head + row.width) / ((8192 - 24) * page.filled)) * 8192 AS bytes) AS needed
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND c.reltuples >= 0 AND row.columns > 0 AND size.bytes >= 10485760
  $$;
ALTER FUNCTION holdfast.table_bloat() OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION holdfast.table_bloat() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holdfast.table_bloat() TO monitoring;
CREATE EXTENSION IF NOT EXISTS pgstattuple SCHEMA holdfast;
GRANT USAGE ON SCHEMA holdfast TO "shop_owner";
SELECT format('CREATE OR REPLACE FUNCTION holdfast.exact_bloat(relation regclass, OUT bytes bigint, OUT live_percent float8,
    OUT dead_percent float8, OUT free_percent float8)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT table_len, tuple_percent, dead_tuple_percent, free_percent FROM %s.pgstattuple(relation)
  $$', extnamespace::regnamespace) FROM pg_extension WHERE extname = 'pgstattuple' \gexec
ALTER FUNCTION holdfast.exact_bloat(regclass) OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION holdfast.exact_bloat(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holdfast.exact_bloat(regclass) TO "shop_owner";
ALTER SCHEMA public OWNER TO "shop_owner";
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "shop_writer", "shop_reader";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO "shop_reader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "shop_writer";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "shop_writer";
ALTER DEFAULT PRIVILEGES FOR ROLE "shop_owner" GRANT SELECT ON TABLES TO "shop_reader";
ALTER DEFAULT PRIVILEGES FOR ROLE "shop_owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "shop_writer";
ALTER DEFAULT PRIVILEGES FOR ROLE "shop_owner" GRANT USAGE, SELECT ON SEQUENCES TO "shop_writer";
ALTER DEFAULT PRIVILEGES FOR ROLE "shop_owner" GRANT USAGE ON SCHEMAS TO "shop_writer", "shop_reader";
\connect postgres

SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE %L', 'billing', 'billing_owner', 'de_DE.UTF-8') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'billing') \gexec
ALTER DATABASE "billing" CONNECTION LIMIT 40;
REVOKE ALL ON DATABASE "billing" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE "billing" TO "billing_owner", "billing_writer", "billing_reader";
GRANT CONNECT ON DATABASE "billing" TO monitoring, barman_manifest;
\connect "billing"
CREATE EXTENSION IF NOT EXISTS "pg_prewarm" CASCADE;
CREATE EXTENSION IF NOT EXISTS "pg_stat_statements" CASCADE;
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" CASCADE;
CREATE SCHEMA IF NOT EXISTS holdfast;
ALTER SCHEMA holdfast OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;
GRANT USAGE ON SCHEMA holdfast TO monitoring;
CREATE OR REPLACE FUNCTION holdfast.table_bloat(OUT "schema" name, OUT "table" name, OUT bytes bigint, OUT ratio float8)
  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.nspname, c.relname, greatest(size.bytes - needed.bytes, 0)::bigint,
      greatest(1 - needed.bytes / size.bytes, 0)::float8
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
      LATERAL (SELECT pg_relation_size(c.oid) AS bytes) AS size,
      LATERAL (SELECT count(*) AS columns, ceil(sum((1 - s.stanullfrac) * s.stawidth) / 8) * 8 AS width,
          CASE WHEN max(s.stanullfrac) > 0 THEN ceil((23 + c.relnatts / 8.0) / 8) * 8 ELSE 24 END + 4 AS head
        FROM pg_statistic s WHERE s.starelid = c.oid AND NOT s.stainherit) AS row,
      LATERAL (SELECT coalesce((SELECT option_value::float8 / 100 FROM pg_options_to_table(c.reloptions)
          WHERE option_name = 'fillfactor'), 1) AS filled) AS page,
      LATERAL (SELECT ceil(c.reltuples * (row.head + row.width) / ((8192 - 24) * page.filled)) * 8192 AS bytes) AS needed
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND c.reltuples >= 0 AND row.columns > 0 AND size.bytes >= 10485760
  $$;
ALTER FUNCTION holdfast.table_bloat() OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION holdfast.table_bloat() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holdfast.table_bloat() TO monitoring;
CREATE EXTENSION IF NOT EXISTS pgstattuple SCHEMA holdfast;
GRANT USAGE ON SCHEMA holdfast TO "billing_owner";
SELECT format('CREATE OR REPLACE FUNCTION holdfast.exact_bloat(relation regclass, OUT bytes bigint, OUT live_percent float8,
    OUT dead_percent float8, OUT free_percent float8)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT table_len, tuple_percent, dead_tuple_percent, free_percent FROM %s.pgstattuple(relation)
  $$', extnamespace::regnamespace) FROM pg_extension WHERE extname = 'pgstattuple' \gexec
ALTER FUNCTION holdfast.exact_bloat(regclass) OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION holdfast.exact_bloat(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holdfast.exact_bloat(regclass) TO "billing_owner";
ALTER SCHEMA public OWNER TO "billing_owner";
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "billing_writer", "billing_reader";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO "billing_reader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "billing_writer";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "billing_writer";
ALTER DEFAULT PRIVILEGES FOR ROLE "billing_owner" GRANT SELECT ON TABLES TO "billing_reader";
ALTER DEFAULT PRIVILEGES FOR ROLE "billing_owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "billing_writer";
ALTER DEFAULT PRIVILEGES FOR ROLE "billing_owner" GRANT USAGE, SELECT ON SEQUENCES TO "billing_writer";
ALTER DEFAULT PRIVILEGES FOR ROLE "billing_owner" GRANT USAGE ON SCHEMAS TO "billing_writer", "billing_reader";
\connect postgres
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'shop_owner' AND g.rolname IN ('shop_writer', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader') \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'shop_writer' AND g.rolname IN ('shop_owner', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader') \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'shop_reader' AND g.rolname IN ('shop_owner', 'shop_writer', 'billing_owner', 'billing_writer', 'billing_reader') \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'billing_owner' AND g.rolname IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_writer', 'billing_reader') \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'billing_writer' AND g.rolname IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_owner', 'billing_reader') \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'billing_reader' AND g.rolname IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_owner', 'billing_writer') \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'auditor' AND g.rolname IN ('shop_owner', 'shop_writer', 'billing_owner', 'billing_writer') \gexec
GRANT "shop_reader" TO "auditor";
GRANT "billing_reader" TO "auditor";
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'migrations' AND g.rolname IN ('shop_writer', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader') \gexec
GRANT "shop_owner" TO "migrations";
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = 'business_metrics' AND g.rolname IN ('shop_owner', 'shop_writer', 'billing_owner', 'billing_writer') \gexec
GRANT "shop_reader" TO "business_metrics";
GRANT "billing_reader" TO "business_metrics";

CREATE TABLE IF NOT EXISTS holdfast.roles (name name PRIMARY KEY);
SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM (SELECT r.rolname FROM holdfast.roles h JOIN pg_roles r ON r.rolname = h.name WHERE h.name NOT IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader', 'auditor', 'migrations')) AS removed \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname IN (SELECT r.rolname FROM holdfast.roles h JOIN pg_roles r ON r.rolname = h.name WHERE h.name NOT IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader', 'auditor', 'migrations')) OR (g.rolname IN (SELECT r.rolname FROM holdfast.roles h JOIN pg_roles r ON r.rolname = h.name WHERE h.name NOT IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader', 'auditor', 'migrations')) AND m.rolname IN (SELECT name FROM holdfast.roles)) \gexec
SELECT format('SELECT pg_terminate_backend(%s)', pid) FROM pg_stat_activity WHERE usename IN (SELECT r.rolname FROM holdfast.roles h JOIN pg_roles r ON r.rolname = h.name WHERE h.name NOT IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader', 'auditor', 'migrations')) \gexec
DELETE FROM holdfast.roles WHERE name NOT IN ('shop_owner', 'shop_writer', 'shop_reader', 'billing_owner', 'billing_writer', 'billing_reader', 'auditor', 'migrations');
INSERT INTO holdfast.roles VALUES ('shop_owner'), ('shop_writer'), ('shop_reader'), ('billing_owner'), ('billing_writer'), ('billing_reader'), ('auditor'), ('migrations') ON CONFLICT DO NOTHING;
