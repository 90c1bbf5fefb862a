# Managed by Holdfast.
address=10.77.1.11
data_dir=/srv/data/postgresql/15
member=db-1
tls=/etc/postgresql/tls

# shellcheck shell=bash
# Variables: member, address, data_dir, tls (folder).

validate() {
  # As the user it runs under, on a copy that this user may read.
  install -d -o postgres -g postgres -m 0700 "$work/check"
  install -o postgres -g postgres -m 0600 "$root/etc/patroni/config.yml" "$work/check/config.yml"
  chmod 0711 "$work"
  runuser -u postgres -- patroni --validate-config --ignore-listen-port "$work/check/config.yml" >"$work/report" 2>&1 ||
    { cat "$work/report" >&2; fail "Patroni does not accept its configuration" "see the lines above"; }
}

apply() {
  install -d -o postgres -g postgres -m 0700 "$(dirname "$data_dir")" "$data_dir"
  systemctl daemon-reload
  service patroni.service \
    --reload /etc/patroni/config.yml \
    --restart /etc/systemd/system/patroni.service.d/holdfast.conf
}

# 200 once PostgreSQL runs here, as the primary or as a standby.
running() {
  curl --silent --fail --max-time 2 --cacert "$tls/ca.crt" --cert "$tls/server.crt" --key "$tls/server.key" \
    "https://$address:8008/health"
}

verify() {
  wait_until 150 running ||
    fail "PostgreSQL does not run on $member" "mend the cause that Patroni's log names, then run the update again" patroni
}
