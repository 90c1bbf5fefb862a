# Managed by Holdfast.
address=10.77.1.11
data_dir=/srv/data/postgresql/15
member=db-1
tls=/etc/postgresql/tls

# shellcheck shell=bash
# Variables: member, address, data_dir, tls (folder).

validate() {
  local other
  for other in "$(dirname "$data_dir")"/*/PG_VERSION; do
    if [[ -e $other && $other != "$data_dir/PG_VERSION" ]]; then
      fail "the data on $member is PostgreSQL $(cat "$other")'s, and another version cannot read it" \
        "set postgres.version back to $(cat "$other")"
    fi
  done
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
  # A changed unit is in effect from the next start on: restarting here would stop PostgreSQL on all members at once.
  service patroni.service --reload /etc/patroni/config.yml
}

# rest PATH [OPTION...]
rest() {
  curl --silent --max-time 2 --cacert "$tls/ca.crt" --cert "$tls/server.crt" --key "$tls/server.key" "${@:2}" \
    "https://$address:8008/$1"
}

# 200 once PostgreSQL runs here, as the primary or as a standby.
running() { rest health --fail; }

# A large database takes its time, and the copy goes on without anybody waiting.
copying() { [[ $(rest patroni | jq --raw-output .state) == "creating replica" ]]; }

verify() {
  if wait_until 150 running; then return 0; fi
  if copying; then
    say "$member still copies the data from the leader; ./holdfast status shows when it streams"
    return 0
  fi
  fail "PostgreSQL does not run on $member" "mend the cause that Patroni's log names, then run the update again" patroni
}
