# shellcheck shell=bash
# Variables: mark (there while the host is out of service).
# Runs on a database host. Prints one JSON document a line: a name, a tab, the document.
tls=/etc/postgresql/tls
address=$(hostname -I | tr ' ' '\n' | grep -m 1 -v '^127')
show() { printf '%s\t%s\n' "$1" "$2"; }

show server "$(runuser -u postgres -- psql -XAtqd postgres <<'SQL' 2>/dev/null
SELECT json_build_object(
  'banner', version(),
  'version', current_setting('server_version'),
  'inRecovery', pg_is_in_recovery(),
  'pendingRestart', (SELECT count(*) FROM pg_settings WHERE pending_restart),
  'standbys', (SELECT coalesce(json_agg(json_build_object(
      'name', application_name, 'state', state, 'sync', sync_state,
      'lagBytes', pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint,
      'lagSeconds', round(extract(epoch FROM coalesce(replay_lag, '0'))::numeric, 3))), '[]')
    FROM pg_stat_replication WHERE NOT pg_is_in_recovery() AND application_name <> 'pg_basebackup'));
SQL
)"
show maintenance "$([[ -e $mark ]] && echo '{"on":true}')"
show patroni "$(curl --silent --max-time 3 --cacert $tls/ca.crt --cert $tls/server.crt --key $tls/server.key "https://$address:8008/cluster")"
show patroni-version "$(curl --silent --max-time 3 --cacert $tls/ca.crt --cert $tls/server.crt --key $tls/server.key "https://$address:8008/patroni" | jq --compact-output .patroni)"
etcd() {
  etcdctl --endpoints "https://$address:2379" --cacert $tls/ca.crt --cert $tls/server.crt --key $tls/server.key \
    --command-timeout 3s endpoint "$1" --write-out json 2>/dev/null
}
# "status" is answered by a member alone, "health" only with a majority behind it.
show etcd "$(etcd health)"
show etcd-version "$(etcd status | jq --compact-output 'map({version: .Status.version})')"
