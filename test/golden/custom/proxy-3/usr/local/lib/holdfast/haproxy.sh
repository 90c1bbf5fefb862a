# Managed by Holdfast.
master=/usr/local/lib/holdfast/haproxy-master.sh

# shellcheck shell=bash
# Variables: master (the script that speaks to HAProxy's master process).

validate() {
  haproxy -c -q -f "$root/etc/haproxy/haproxy.cfg" || fail "HAProxy does not accept its configuration" "see the lines above"
}

apply() {
  service haproxy.service --reload /etc/haproxy/haproxy.cfg
}

# Whether the worker that was started last has every frontend of the file open.
serves() {
  local name
  bash "$master" ask '@1 show stat' | awk -F , '$2 == "FRONTEND" && $18 == "OPEN" { print $1 }' >"$work/open"
  while read -r name; do
    grep -qx "$name" "$work/open" || return 1
  done < <(awk '$1 == "frontend" { print $2 }' /etc/haproxy/haproxy.cfg)
}

verify() {
  wait_until 15 serves ||
    fail "HAProxy does not serve all of its ports" "mend the cause that its log names, then run the update again" haproxy
}
