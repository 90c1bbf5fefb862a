# shellcheck shell=bash
# Variables: etcdctl (options), key, tls (folder), bin_dir (of the server).

etcd() {
  # shellcheck disable=SC2086 # a list of options
  ETCDCTL_API=3 etcdctl $etcdctl --command-timeout=3s "$@"
}

quorum() { etcd get --consistency=l "$key"; }

validate() {
  jq empty "$root/etc/patroni/dynamic.json" || fail "the dynamic configuration is not JSON" "report this"
  acceptable
  wait_until 60 quorum ||
    fail "etcd has no majority" "look at etcd on all database hosts: journalctl -u etcd" etcd
  other_cluster
}

# What the server refuses it goes on without until its next start, which then fails, on every member. So its own reader
# of configuration files is asked first.
acceptable() {
  local check=$work/server
  install -d -o postgres -g postgres -m 0700 "$check"
  chmod 0711 "$work"
  jq --raw-output '.postgresql.parameters | to_entries[]
    | "\(.key) = \u0027\(.value | tostring | gsub("\\\\"; "\\\\") | gsub("\u0027"; "\u0027\u0027"))\u0027"' \
    "$root/etc/patroni/dynamic.json" >"$check/postgresql.conf"
  runuser -u postgres -- "$bin_dir/postgres" -D "$check" -C port >/dev/null 2>"$check/report" || {
    grep -v -e '^$' "$check/report" | tail -n 5 >&2
    fail "PostgreSQL does not accept these parameters" "mend the setting that the lines above name"
  }
}

# Members that restart under another name would start a second cluster beside the first, with its own primary.
other_cluster() {
  local found
  found=$(etcd get --prefix --keys-only /holdfast/ | sed -n 's|^/holdfast/\([^/]*\)/initialize$|\1|p')
  if [[ -n $found && /holdfast/$found/config != "$key" ]]; then
    fail "these hosts are the cluster \"$found\", and a running cluster cannot be given another name" \
      "set cluster.name back to \"$found\""
  fi
}

# A pause that an operator called for is kept in the same place, and is not ours to end.
apply() {
  local pause
  pause=$(etcd get --print-value-only "$key" | jq '.pause // false') ||
    fail "etcd does not answer" "look at etcd on all database hosts: journalctl -u etcd" etcd
  etcd put "$key" <<<"$(jq --compact-output --sort-keys --argjson pause "${pause:-false}" \
    'if $pause then . + {pause: $pause} else . end' /etc/patroni/dynamic.json)" >/dev/null
}

# rest URL: the configuration as the Patroni that registered with this URL has it.
rest() {
  curl --silent --fail --max-time 3 --cacert "$tls/ca.crt" --cert "$tls/server.crt" --key "$tls/server.key" \
    "${1%/patroni}/config"
}

# Every Patroni that runs has taken the configuration up. Each has an entry in etcd, which ends with its lease; before
# the first start there is none. Whether a member runs at all, its own step asks, which follows this one.
taken_up() {
  local url answer code
  etcd get --prefix --print-value-only "${key%/config}/members/" | jq --raw-output .api_url >"$work/running" || return 1
  while read -r url; do
    code=0
    answer=$(rest "$url") || code=$?
    # Nobody listens there any more, and the entry is about to end.
    if ((code == 7)); then continue; fi
    # Quoted, because the text would be a pattern otherwise, and "[%p]" in it would match another one.
    [[ $code == 0 && $(jq --sort-keys 'del(.pause)' <<<"$answer") == "$(jq --sort-keys . /etc/patroni/dynamic.json)" ]] || return 1
  done <"$work/running"
}

verify() {
  # Longer than any lease: the entry of a member that is down is gone by then.
  wait_until 90 taken_up ||
    fail "not every member has taken up the new dynamic configuration" "look at Patroni on the database hosts" patroni
}

# "patronictl edit-config" changes in etcd what no file on a host shows. A pause is an operator's, as in apply.
differences() {
  local value
  value=$(etcd get --consistency=l --print-value-only "$key") ||
    fail "etcd has no majority" "look at etcd on all database hosts: journalctl -u etcd" etcd
  jq --sort-keys . "$root/etc/patroni/dynamic.json" >"$work/configured"
  jq --sort-keys 'del(.pause)' <<<"$value" >"$work/used"
  if cmp -s "$work/configured" "$work/used"; then return 0; fi
  say "etcd:$key $component files changed differs - -"
  difference "$work/configured" "$work/used"
}
