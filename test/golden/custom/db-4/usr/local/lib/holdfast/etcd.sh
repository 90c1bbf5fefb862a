# Managed by Holdfast.
data_dir=/srv/data/etcd
etcdctl='--endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/tls/ca.crt --cert=/etc/etcd/tls/etcd.crt --key=/etc/etcd/tls/etcd.key'
members='db-1 db-2 db-3 db-4 db-5'

# shellcheck shell=bash
# Variables: data_dir, etcdctl (options for the local member), members (names).

# shellcheck disable=SC2086 # a list of options
healthy() { ETCDCTL_API=3 etcdctl $etcdctl --command-timeout=2s endpoint health; }

validate() {
  # Only a member of a working cluster is waited for afterwards: during the first start there is none yet.
  if systemctl is-active --quiet etcd.service && healthy >/dev/null 2>&1; then
    touch "$work/was-healthy"
    same_members
  fi
}

# Members named in a file do not join or leave a cluster that exists: a vote would be counted of who is not there.
same_members() {
  local voting wanted
  # shellcheck disable=SC2086 # a list of options
  voting=$(ETCDCTL_API=3 etcdctl $etcdctl --command-timeout=5s member list --write-out json | jq --raw-output '.members[].name' | sort | paste -sd ' ')
  wanted=$(tr ' ' '\n' <<<"$members" | sort | paste -sd ' ')
  [[ $voting == "$wanted" ]] ||
    fail "etcd's members are $voting, and the configuration names $wanted: the number of database hosts of a running cluster cannot be changed" \
      "set hosts.database.count back"
}

apply() {
  install -d -o etcd -g etcd -m 0700 "$data_dir"
  systemctl daemon-reload
  # A member answers only when a majority does. At the first start the others are started by steps of their own: so
  # no waiting then; later the next member's step must not begin before this one is back.
  # shellcheck disable=SC2034 # the agent's "service" reads it
  local no_block=yes
  # shellcheck disable=SC2034
  if [[ -e $work/was-healthy ]]; then no_block=""; fi
  service etcd.service \
    --restart /etc/etcd/etcd.yml \
    --restart /etc/systemd/system/etcd.service.d/holdfast.conf
}

started() { [[ $(systemctl show etcd.service --property MainPID --value) != 0 ]]; }

verify() {
  wait_until 10 started ||
    fail "etcd did not start" "mend the cause that its log names, then run the update again" etcd
  if [[ -e $work/was-healthy ]]; then
    wait_until 60 healthy ||
      fail "etcd on this host did not come back to its cluster; the other members were left alone" \
        "mend the cause that its log names, then run the update again" etcd
  fi
}
