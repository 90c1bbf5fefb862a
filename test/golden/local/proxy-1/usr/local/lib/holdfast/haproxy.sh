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

verify() {
  wait_until 15 serves ||
    fail "HAProxy does not serve all of its ports" "mend the cause that its log names, then run the update again" haproxy
}
