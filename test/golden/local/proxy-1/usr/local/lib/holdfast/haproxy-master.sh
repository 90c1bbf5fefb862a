# Managed by Holdfast.
nobody_proven=/etc/haproxy/servers.state
pools='6432 6433'
state=/run/haproxy-servers.state

# shellcheck shell=bash
# Variables: state (what the next worker takes the servers for), nobody_proven (the same, all of them down), pools (the
# ports of PgBouncer's instances).
# haproxy-master.sh ask COMMAND   what HAProxy's master process answers; "@1 COMMAND" asks its newest worker
# haproxy-master.sh reload        hands over to a new worker with the configuration of now, or fails with its reason
set -euo pipefail

ask() {
  timeout 10 perl -MIO::Socket::UNIX -e '
    my $socket = IO::Socket::UNIX->new(Peer => "/run/haproxy-master.sock") or die "the socket of HAProxys master: $!\n";
    print $socket "$ARGV[0]\n";
    $socket->shutdown(1);
    print while <$socket>;' "$1"
}

# The master hands its listening sockets to the next worker: a reload refuses no connection. It is asked directly,
# because its signal says nothing of a worker that cannot start, while the one of before goes on.
reload() {
  local answer
  # A worker takes every server for ready until it has asked: without this, writers would meet standbys for a tenth of a
  # second.
  # The last column is the port of agents' checks, of which it warns where there are none.
  ask '@1 show servers state' | sed 's/ [0-9]*$/ 0/' >"$state.new" || true
  # Of a state that is not whole HAProxy would only warn, and guess the rest: then rather nobody is ready for a moment.
  if [[ $(grep -c . "$state.new") != $(grep -c . "$nobody_proven") ]]; then
    cp "$nobody_proven" "$state.new"
  fi
  mv "$state.new" "$state"
  answer=$(ask reload)
  grep -qx Success=1 <<<"$answer" || { printf '%s\n' "$answer" >&2; exit 1; }
  move_pools
}

# The pools' connections still go through the worker of before, which asks no member for its role any more, and so
# would not end them at a failover. Each moves to the next worker as soon as its transaction has ended.
move_pools() {
  local port
  for port in $pools; do
    # A PgBouncer that does not run has no connections.
    runuser -u postgres -- timeout 5 psql --no-psqlrc --quiet --host /run/pgbouncer --port "$port" --dbname pgbouncer \
      --command RECONNECT >/dev/null 2>&1 || true
  done
}

"$@"
