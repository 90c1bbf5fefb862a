# Managed by Holdfast.

# shellcheck shell=bash

validate() {
  haproxy -c -q -f "$root/etc/haproxy/haproxy.cfg" || fail "HAProxy does not accept its configuration" "see the lines above"
}

apply() {
  # The master hands its listening sockets to the next worker: a reload refuses no connection.
  service haproxy.service --reload /etc/haproxy/haproxy.cfg
}

verify() {
  wait_until 15 listens 5000 ||
    fail "HAProxy does not listen" "mend the cause that its log names, then run the update again" haproxy
}
