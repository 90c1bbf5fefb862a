# Managed by Holdfast.
address=10.77.1.15
agreement=/usr/local/lib/holdfast/agreement.sql
data_dir=/srv/data/postgresql/15
loop_wait=10
member=db-5
tls=/etc/postgresql/tls

# shellcheck shell=bash
# Variables: member, address, data_dir, tls (folder), agreement (a query in a file), loop_wait (s).

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
  # A changed unit is in effect from the next start on: restarting here would stop PostgreSQL on all members at once.
  service patroni.service --reload /etc/patroni/config.yml
  if changed /etc/patroni/config.yml; then wake; fi
}

# rest PATH [OPTION...]
rest() {
  curl --silent --max-time 2 --cacert "$tls/ca.crt" --cert "$tls/server.crt" --key "$tls/server.key" "${@:2}" \
    "https://$address:8008/$1"
}

# Patroni takes its file up in the next turn of its loop, up to loop_wait later. An order that changes nothing, to take a
# key out that is not there, begins that turn now; where Patroni just starts and answers nobody yet, it reads the file
# anyway.
wake() {
  rest config --fail --request PATCH --data '{"holdfast": null}' >/dev/null || true
}

# 200 once PostgreSQL runs here, as the primary or as a standby.
running() { rest health --fail; }

# A large database takes its time, to be copied or to replay what was written since its last checkpoint, and goes on
# without anybody waiting.
under_way() { [[ $(rest patroni | jq --raw-output .state) =~ ^(creating replica|starting)$ ]]; }

# What Patroni was given for this server, by its own file and by the configuration that all members share.
given() {
  python3 -c '
import json, sys, yaml
local = yaml.safe_load(open("/etc/patroni/config.yml"))["postgresql"]
shared = json.load(sys.stdin)["postgresql"]["parameters"]
print(json.dumps({"parameters": {**shared, **local["parameters"]}, "hba": local["pg_hba"]}))'
}

# Where the running server differs from what it was given: a line for each parameter or rule.
disagreements() {
  rest config --fail | given >"$work/given" || return 1
  { printf '\\set given %s\n' "'$(sed "s/\\\\/\\\\\\\\/g; s/'/\\\\'/g" "$work/given")'" && cat "$agreement"; } |
    runuser -u postgres -- psql --no-psqlrc --quiet --no-align --tuples-only --dbname postgres --set ON_ERROR_STOP=1 --file -
}

agrees() { disagreements >"$work/disagreements" 2>&1 && [[ ! -s $work/disagreements ]]; }

verify() {
  if ! wait_until 150 running; then
    if under_way; then
      say "$member still copies the data from the leader, or recovers; ./holdfast status shows when it streams"
      return 0
    fi
    fail "PostgreSQL does not run on $member" "mend the cause that Patroni's log names, then run the update again" patroni
  fi
  # Patroni takes its file up at the next turn of its loop.
  wait_until $((2 * loop_wait + 15)) agrees ||
    fail "PostgreSQL on $member does not use what it was given: $(head -n 3 "$work/disagreements" | paste -sd ';')" \
      "mend the setting, then run the update again" patroni
}
