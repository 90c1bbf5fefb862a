# Managed by Holdfast.
data_dir=/srv/data/etcd
etcdctl='--endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/tls/ca.crt --cert=/etc/etcd/tls/etcd.crt --key=/etc/etcd/tls/etcd.key'
etcdctl_others='--endpoints=https://10.137.191.11:2379,https://10.137.191.12:2379 --cacert=/etc/etcd/tls/ca.crt --cert=/etc/etcd/tls/etcd.crt --key=/etc/etcd/tls/etcd.key'
member=db-3
members='db-1 db-2 db-3'
others='10.137.191.11 10.137.191.12'
peer_url=https://db-3:2380
tls=/etc/etcd/tls
volume=/srv/data

# shellcheck shell=bash
# Variables: member, peer_url (this member's), members (all names), data_dir, volume (where it is mounted),
# tls (folder), etcdctl and etcdctl_others (options for the local member and for the other ones), others (addresses).

etcd() {
  # shellcheck disable=SC2086 # a list of options
  ETCDCTL_API=3 etcdctl $etcdctl --command-timeout=5s "$@"
}

# Of the other members: only a majority answers.
others() {
  # shellcheck disable=SC2086 # a list of options
  ETCDCTL_API=3 etcdctl $etcdctl_others --command-timeout=10s "$@"
}

healthy() { etcd endpoint health; }

validate() {
  readable
  # Only a member of a working cluster is waited for afterwards: during the first start there is none yet.
  if systemctl is-active --quiet etcd.service && healthy >/dev/null 2>&1; then
    touch "$work/in-cluster"
    etcd member list --write-out json >"$work/list"
    same_members
  # One that was unwell before is waited for as well, where there is a cluster for it: or the next member's step would
  # take the majority away.
  elif has_data && others member list --write-out json >"$work/list" 2>/dev/null && [[ $(entry <"$work/list") != absent ]]; then
    touch "$work/in-cluster"
  fi
}

# An empty place where the data should be is not the same as lost data.
readable() {
  mountpoint --quiet "$volume" ||
    fail "the data volume is not mounted at $volume" "mount it, then run the update again"
  if [[ ! -e $data_dir ]]; then return 0; fi
  find "$data_dir" >/dev/null 2>"$work/find" ||
    fail "etcd's data cannot be read: $(tail -n 1 "$work/find")" "mend or replace the volume, then run the update again"
}

# Members named in a file do not join or leave a cluster that exists: a vote would be counted of who is not there.
# One alone may be missing for a while, when the step that takes it in again was interrupted.
same_members() {
  local voting absent
  voting=$(jq --raw-output '.members[].peerURLs[] | sub("^https://"; "") | sub(":[0-9]+$"; "")' "$work/list" | sort)
  absent=$(comm -13 <(printf '%s\n' "$voting") <(tr ' ' '\n' <<<"$members" | sort) | wc -l)
  if [[ -n $(comm -23 <(printf '%s\n' "$voting") <(tr ' ' '\n' <<<"$members" | sort)) ]] || ((absent > 1)); then
    fail "etcd's members are $(paste -sd ' ' <<<"$voting"), and the configuration names $members: the number of database hosts of a running cluster cannot be changed" \
      "set hosts.database.count back"
  fi
}

# By what etcd itself takes for data.
has_data() { compgen -G "$data_dir/member/wal/*.wal" >/dev/null; }

# What the other members know of this one. Their peers' port answers without a majority, too; it offers HTTP/2 in its
# TLS handshake and does not speak it.
known() {
  local address
  for address in $others; do
    curl --silent --fail --no-alpn --max-time 3 --cacert "$tls/ca.crt" --cert "$tls/etcd.crt" --key "$tls/etcd.key" \
      "https://$address:2380/members" && return 0
  done
  return 1
}

# Whether this cluster is being made: all hosts begin without data then, and nobody answers. Its first authority is made
# in the same update, and dated an hour back.
is_new() {
  local made
  made=$(date --date "$(openssl x509 -in "$tls/ca.crt" -noout -startdate | cut -d= -f2)" +%s)
  (($(date +%s) - made < 86400))
}

# lost: it has run before. added: taken in again, and not started since. absent: not a member. new: of a cluster that
# is started for the first time, in which it has not run yet.
entry() {
  jq --raw-output --arg url "$peer_url" '(if type == "array" then . else .members end)
    | map(select(.peerURLs | index($url)))[0]
    | if . == null then "absent" elif (.name // "") == "" then "added" elif (.clientURLs // []) == [] then "new" else "lost" end'
}

# The identity of before is of no use without its data: it voted, and must not be asked what it voted for. So the
# cluster forgets it, and takes this host in as a new member, which gets all data from the others.
rejoin() {
  local found id
  if has_data; then return 0; fi
  if ! found=$(known | entry); then
    if is_new; then return 0; fi
    wait_until 60 known ||
      fail "etcd has no data on this host, and no other member answers that could tell what it lost" \
        "bring another database host back first, then run the update again; a cluster whose first update never ended has nothing to lose: ./holdfast destroy, then make it anew"
    found=$(known | entry)
  fi
  if [[ -z $found || $found == new ]]; then return 0; fi
  others member list --write-out json >"$work/list" 2>"$work/error" ||
    fail "etcd's data on this host is lost, and the other members have no majority that could take it in again: $(tail -n 1 "$work/error")" \
      "bring another database host back first, then run the update again"
  found=$(entry <"$work/list")
  if [[ $found == new ]]; then return 0; fi
  same_members
  if [[ $found == lost ]]; then
    # A number of 64 bits, which jq of before 1.7 would round.
    id=$(others member list | awk -F ', ' -v url="$peer_url" '$4 == url { print $1 }')
    say "etcd's data on $member is lost: its place in the cluster is given up and taken anew"
    others member remove "$id" >/dev/null || fail "etcd's members did not let go of $member" "run the update again" etcd
  fi
  # An answer may be lost on its way: what counts is whether the place is there.
  wait_until 60 added || fail "etcd's members did not take $member in again" "run the update again" etcd
  sed 's/^initial-cluster-state: .*/initial-cluster-state: existing/' /etc/etcd/etcd.yml >/etc/etcd/join.yml
  chown root:etcd /etc/etcd/join.yml
  chmod 0640 /etc/etcd/join.yml
  echo CONFIG=/etc/etcd/join.yml >/etc/etcd/join.env
  touch "$work/in-cluster"
}

added() {
  [[ $(others member list --write-out json | entry) == added ]] ||
    others member add "$member" "--peer-urls=$peer_url"
}

apply() {
  install -d -o etcd -g etcd -m 0700 "$data_dir"
  rejoin
  # A member answers only when a majority does. At the first start the others are started by steps of their own: so
  # no waiting then; later the next member's step must not begin before this one is back.
  # shellcheck disable=SC2034 # the agent's "service" reads it
  local no_block=yes
  # shellcheck disable=SC2034
  if [[ -e $work/in-cluster ]]; then no_block=""; fi
  service etcd.service \
    --restart /etc/etcd/etcd.yml \
    --restart /etc/systemd/system/etcd.service.d/holdfast.conf
}

# What nobody would notice else: etcd that lost its data and found nobody when it started goes on trying, as another
# member than the one that the others know.
differences() {
  if has_data || [[ $(known | entry) != lost ]]; then return 0; fi
  say "etcd:$member $component files missing differs - -"
}

started() { [[ $(systemctl show etcd.service --property MainPID --value) != 0 ]]; }

verify() {
  wait_until 10 started ||
    fail "etcd did not start" "mend the cause that its log names, then run the update again" etcd
  if [[ -e $work/in-cluster ]]; then
    wait_until 60 healthy ||
      fail "etcd on this host did not come back to its cluster; the other members were left alone" \
        "mend the cause that its log names, then run the update again" etcd
  fi
  # It was for one start: with data of its own etcd does not ask how it came to its cluster.
  if has_data; then rm -f /etc/etcd/join.env /etc/etcd/join.yml; fi
}
