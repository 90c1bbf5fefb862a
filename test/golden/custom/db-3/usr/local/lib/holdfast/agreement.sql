-- Managed by Holdfast.
-- Where this server differs from what it was given: a line for each. The variable "given" holds {parameters, hba}.
WITH given AS (
  SELECT :'given'::json AS document
), parameters AS (
  SELECT lower(key) AS name, value AS setting FROM given, json_each_text(document -> 'parameters') WHERE value IS NOT NULL
), file AS (
  -- The last one of a name is the one that counts.
  SELECT DISTINCT ON (lower(name)) lower(name) AS name, setting, error, sourcefile, sourceline
  FROM pg_file_settings WHERE name IS NOT NULL ORDER BY lower(name), seqno DESC
), server AS (
  -- What a session has of its own says nothing of the file, and what needs a restart is told elsewhere.
  SELECT lower(name) AS name, setting, vartype, sourcefile, sourceline,
    coalesce(nullif(substring(unit FROM '^[0-9]+'), '')::numeric, 1) AS multiple, substring(unit FROM '[A-Za-z]+$') AS unit
  FROM pg_settings
  WHERE NOT pending_restart AND source NOT IN ('command line', 'database', 'user', 'database user', 'client', 'session')
), units (unit, size) AS (
  VALUES ('B', 1::numeric), ('kB', 1024), ('MB', 1024 ^ 2), ('GB', 1024 ^ 3), ('TB', 1024 ^ 4),
    ('us', 1), ('ms', 1e3), ('s', 1e6), ('min', 6e7), ('h', 3.6e9), ('d', 8.64e10)
), compared AS (
  SELECT file.name, file.setting AS wanted, server.setting AS found, vartype,
    file.setting ~* '^(on|t(rue)?|y(es)?|1)$' AS yes, file.setting ~* '^(off|f(alse)?|no?|0)$' AS no,
    quantity[1]::numeric * coalesce(own.size, base.size * multiple, 1) / coalesce(base.size * multiple, 1) AS amount,
    -- The server has read this very line since it was written.
    server.sourcefile = file.sourcefile AND server.sourceline = file.sourceline
      AND pg_conf_load_time() >= (pg_stat_file(file.sourcefile)).modification AS read
  FROM file JOIN server USING (name)
    LEFT JOIN LATERAL regexp_match(file.setting, '^\s*([+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*([A-Za-z]*)\s*$') AS quantity ON true
    LEFT JOIN units AS own ON own.unit = quantity[2]
    LEFT JOIN units AS base ON base.unit = server.unit
), hba AS (
  SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL
)
SELECT format('%s: %s', coalesce(name, sourcefile || ':' || sourceline), error)
FROM pg_file_settings AS f
WHERE error IS NOT NULL AND NOT EXISTS (SELECT FROM pg_settings AS s WHERE lower(s.name) = lower(f.name) AND s.pending_restart)
UNION ALL
SELECT format('%s: wanted %s, found %s in postgresql.conf', name, parameters.setting, coalesce(file.setting, 'nothing'))
FROM parameters JOIN server USING (name) LEFT JOIN file USING (name)
WHERE file.setting IS NULL OR lower(file.setting) <> lower(parameters.setting)
UNION ALL
SELECT format('%s: wanted %s, found %s', name, wanted, found) FROM compared
WHERE NOT CASE
  WHEN vartype = 'bool' THEN found = CASE WHEN yes THEN 'on' WHEN no THEN 'off' END
  WHEN vartype IN ('integer', 'real') AND amount IS NOT NULL THEN
    abs(amount - found::numeric) < CASE vartype WHEN 'integer' THEN 1 ELSE 0.000001 * greatest(1, abs(amount)) END
  WHEN lower(wanted) = lower(found) THEN true
  WHEN vartype = 'enum' AND (yes OR no) AND found = CASE WHEN yes THEN 'on' ELSE 'off' END THEN true
  ELSE read
END
UNION ALL
SELECT format('pg_hba.conf: %s', error) FROM hba
UNION ALL
SELECT 'pg_hba.conf: not read since it was written'
WHERE pg_conf_load_time() < (pg_stat_file(current_setting('hba_file'))).modification
UNION ALL
SELECT format('pg_hba.conf: the rule "%s" is missing', rule)
FROM given, json_array_elements_text(document -> 'hba') AS rule
WHERE rule <> ALL (string_to_array(pg_read_file(current_setting('hba_file')), E'\n'))
LIMIT 5;
