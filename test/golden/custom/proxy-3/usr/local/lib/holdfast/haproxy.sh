# Managed by Holdfast.

# shellcheck shell=bash

validate() {
  haproxy -c -q -f "$root/etc/haproxy/haproxy.cfg" || fail "HAProxy does not accept its configuration" "see the lines above"
}

# What HAProxy's master process answers to a command.
master() {
  perl -MIO::Socket::UNIX -e '
    my $socket = IO::Socket::UNIX->new(Peer => "/run/haproxy-master.sock") or die "the socket of HAProxys master: $!\n";
    print $socket "$ARGV[0]\n";
    $socket->shutdown(1);
    print while <$socket>;' "$1"
}

# The master hands its listening sockets to the next worker: a reload refuses no connection. It is asked directly,
# because "systemctl reload" succeeds also when the next worker cannot start and the one of before goes on.
apply() {
  local running=no
  if systemctl is-active --quiet haproxy.service; then running=yes; fi
  service haproxy.service
  if [[ $running == yes ]] && changed /etc/haproxy/haproxy.cfg; then
    say "reload haproxy.service"
    master reload >"$work/reload" 2>&1 || true
    if ! grep -qx Success=1 "$work/reload"; then
      cat "$work/reload" >&2
      fail "HAProxy could not start with its new configuration" "mend the cause in the lines above, then run the update again"
    fi
  fi
}

# Whether the worker that was started last has every frontend of the file open.
serves() {
  local name
  master '@1 show stat' | awk -F , '$2 == "FRONTEND" && $18 == "OPEN" { print $1 }' >"$work/open"
  while read -r name; do
    grep -qx "$name" "$work/open" || return 1
  done < <(awk '$1 == "frontend" { print $2 }' /etc/haproxy/haproxy.cfg)
}

# After a reload the pools' connections still go through the worker of before, which asks no member for its role any
# more, and so would not end them at a failover. Each moves to the next worker as soon as its transaction has ended.
move_pools() {
  local port
  [[ -e $work/reload ]] || return 0
  for port in 6432 6433; do
    # A PgBouncer that does not run has no connections.
    runuser -u postgres -- psql --no-psqlrc --quiet --host /run/pgbouncer --port "$port" --dbname pgbouncer \
      --command RECONNECT >/dev/null 2>&1 || true
  done
}

verify() {
  wait_until 15 serves ||
    fail "HAProxy does not serve all of its ports" "mend the cause that its log names, then run the update again" haproxy
  move_pools
}
