# Managed by Holdfast.
authority=/etc/holdfast/grafana/tls/ca.crt
config=/etc/grafana/grafana.ini
dashboards='holdfast-overview holdfast-replication holdfast-performance holdfast-capacity holdfast-backups holdfast-tasks holdfast-hosts'
data=/srv/data/grafana
grafana=ops-1:3000
key_fingerprint=0123456789ABCDEF0123456789ABCDEF01234567
key_url=https://packages.example.com/grafana.asc
keyring=/etc/apt/keyrings/holdfast-grafana.gpg
mount=/srv/data
password=/etc/holdfast/grafana/admin-password
prometheus_password=/etc/holdfast/grafana/prometheus-password
provisioned='/etc/grafana/provisioning/datasources/holdfast.yaml /etc/grafana/provisioning/dashboards/holdfast.yaml'
secret_key=/etc/holdfast/grafana/secret-key
source_uid=holdfast-prometheus
sources=/etc/apt/sources.list.d/grafana.sources
unit=/etc/systemd/system/grafana-server.service.d/holdfast.conf
user=grafana
viewer=holdfast

# shellcheck shell=bash
# Variables: mount, data (folders), user, viewer, password, prometheus_password, secret_key (files), authority (file),
# grafana (ADDRESS:PORT), config, unit (files), provisioned (files), dashboards (their uids), source_uid (of Prometheus there),
# sources (of apt; empty where the host has the package), keyring (file), key_url, key_fingerprint.

validate() {
  findmnt --mountpoint "$mount" >/dev/null ||
    fail "the data volume is not mounted at $mount" "see whether it is attached: lsblk; then run the update again"
  # Before apt knows of the archive: one without a key would end every look for packages.
  if [[ -n $sources ]]; then archive_key; fi
}

# The one key that the archive may be signed with: of a file from elsewhere nothing else is taken.
archive_key() {
  packages gpg
  install -d -m 0700 "$work/gpg"
  if [[ -e $keyring && $(key_in "$keyring") == "$key_fingerprint" ]]; then return 0; fi
  curl --silent --show-error --fail --location --proto '=https' --retry 3 --max-time 60 --output "$work/key" "$key_url" 2>"$work/report" ||
    fail "the key of Grafana's archive does not come from $key_url: $(tail -n 1 "$work/report")" \
      "check this host's way to it, or set monitoring.grafana.archive.keyUrl"
  take_key "$work/key" >"$work/keyring" && [[ -s $work/keyring ]] ||
    fail "what comes from $key_url is no key with the fingerprint $key_fingerprint" \
      "compare it with the one that Grafana publishes, and set monitoring.grafana.archive.keyFingerprint"
  install -D -m 0644 "$work/keyring" "$keyring"
}

key_in() { gpg --batch --quiet --homedir "$work/gpg" --with-colons --show-keys "$1" | awk -F: '$1 == "fpr" && !found++ { print $10 }'; }

# take_key FILE: prints that key alone; where there is none, gpg prints nothing and succeeds.
take_key() {
  local ring=(gpg --batch --quiet --homedir "$work/gpg" --no-default-keyring --keyring "$work/gpg/ring.gpg")
  "${ring[@]}" --import "$1" 2>"$work/report" || return 1
  "${ring[@]}" --export "$key_fingerprint" 2>"$work/report"
}

# Grafana takes its first password from its configuration, and every other one by this alone.
another_password() {
  if ! changed "$password" || [[ ! -e $data/grafana.db ]]; then return 0; fi
  runuser --user "$user" -- /usr/share/grafana/bin/grafana cli --homepath /usr/share/grafana --config "$config" \
    admin reset-admin-password --password-from-stdin <"$password" >"$work/report" 2>&1 ||
    fail "Grafana does not take its new password: $(tail -n 1 "$work/report")" "see the line above" grafana-server
}

apply() {
  local each files=()
  packages grafana
  install -d -o "$user" -g "$user" -m 0750 "$data"
  another_password
  # It looks for dashboards that changed by itself.
  for each in "$config" "$unit" "$secret_key" "$prometheus_password" "$password" $provisioned; do files+=(--restart "$each"); done
  service grafana-server.service "${files[@]}"
}

# The password never stands in a command: curl reads it from a file of its own.
ask() {
  printf 'user = "%s:%s"\n' "$viewer" "$(<"$password")" |
    curl --silent --show-error --fail --max-time 5 --config - --cacert "$authority" "https://$grafana$1"
}

healthy() { ask /api/health 2>"$work/report" | jq --exit-status '.database == "ok"' >/dev/null; }

# shows_all: whether it has every dashboard; those that it has not are in $work/missing.
shows_all() {
  ask '/api/search?type=dash-db&limit=5000' >"$work/found" 2>"$work/report" || return 1
  # shellcheck disable=SC2086 # a list of uids
  comm -23 <(printf '%s\n' $dashboards | sort) <(jq --raw-output '.[].uid' "$work/found" | sort) >"$work/missing"
  [[ ! -s $work/missing ]]
}

# Whether Prometheus answers to Grafana, with the password and the authority that this has for it.
asks_prometheus() {
  ask "/api/datasources/uid/$source_uid/health" >"$work/source" 2>"$work/report" &&
    jq --exit-status '.status == "OK"' "$work/source" >/dev/null
}

verify() {
  wait_until 120 healthy ||
    fail "Grafana does not serve: $(tail -n 1 "$work/report")" "mend the cause that its log names" grafana-server
  wait_until 60 shows_all || {
    [[ -s $work/missing ]] ||
      fail "Grafana does not say which dashboards it has: $(tail -n 1 "$work/report")" "mend the cause that its log names" grafana-server
    fail "Grafana has not taken up the dashboards $(paste -sd ' ' "$work/missing")" "mend the cause that its log names" grafana-server
  }
  wait_until 20 asks_prometheus ||
    fail "Grafana gets no answer from Prometheus: $(tail -n 1 "$work/report")" "mend the cause that its log names" grafana-server
}
