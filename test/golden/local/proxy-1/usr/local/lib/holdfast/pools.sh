# Managed by Holdfast.
domain=local.holdfast.internal
master=/usr/local/lib/holdfast/haproxy-master.sh
pool=6432
writer=5000

# shellcheck shell=bash
# Variables: domain, master (the script that speaks to HAProxy's master process), pool (the port of the writer's pools),
# writer (the port of HAProxy that they lead to).
# pools.sh hold PATIENCE LIMIT: keeps new transactions of the writer's pools waiting while the primary moves.
#
# Waits at most PATIENCE seconds for the transactions that run, prints "held" or "busy", then takes one line:
#   to ADDRESS     goes on as soon as the way through HAProxy leads to a primary at this address, or at any other line
#   away ADDRESS   the same, for a primary anywhere but at this address
#   back           goes on at once
# and prints "resumed". Whatever happens to this script, its caller or the connection between them: after LIMIT seconds
# a timer of the system lets the clients go on.
set -euo pipefail

# A PgBouncer that hangs accepts on its socket and says nothing.
console() {
  runuser -u postgres -- timeout 5 psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 \
    --host /run/pgbouncer --port "$pool" --dbname pgbouncer --command "$1"
}

# PgBouncer refuses when nothing is paused, which is what is wanted then. After any other failure the timer stays, which
# tries once more.
resume() {
  local answer
  trap - EXIT
  answer=$(console RESUME 2>&1) || [[ $answer == *"not paused"* ]] || return 1
  systemctl stop holdfast-resume.timer 2>/dev/null || true
}

# What PgBouncer's own servers will meet: the same name, port and certificate. HAProxy waits a second before it tries
# again where a server refuses; a new attempt is faster. The limit is within runuser, which lets what it started live for
# two seconds after it is told to end.
way() {
  runuser -u postgres -- timeout 0.4 psql --no-psqlrc --quiet --no-align --tuples-only \
    "host=writer.$domain port=$writer dbname=postgres user=pooler sslmode=verify-full sslrootcert=/etc/pgbouncer/tls/ca.crt sslcert=/etc/pgbouncer/tls/pooler.crt sslkey=/etc/pgbouncer/tls/pooler.key" \
    --command "SELECT host(inet_server_addr()) WHERE NOT pg_is_in_recovery()" 2>/dev/null
}

# left ADDRESS: whether HAProxy leads to another primary than the one at this address, and to that one no more: it would
# believe that only after several checks, and until then send half of the writers to what may be a standby again.
left() {
  local former
  former=$(bash "$master" ask '@1 show servers state' | awk -v address="$1" '
    $2 == "primary" && $6 == 2 { if ($5 == address) former = $4; else another = 1 }
    END { print former; exit !another }') || return 1
  if [[ -n $former ]]; then bash "$master" ask "@1 set server primary/$former health down" >/dev/null; fi
}

# arrived to|away ADDRESS
arrived() {
  local found
  if [[ $1 == away ]]; then left "$2" || return 1; fi
  found=$(way) || return 1
  if [[ $1 == to ]]; then [[ $found == "$2" ]]; else [[ -n $found && $found != "$2" ]]; fi
}

hold() {
  local patience=$1 limit=$2 word="" address=""
  exec 9>/run/holdfast-pools
  flock --nonblock 9 || { echo "taken"; exit 1; }
  systemctl stop holdfast-resume.timer 2>/dev/null || true
  systemd-run --quiet --collect --unit holdfast-resume --on-active "$limit" --timer-property AccuracySec=100ms \
    runuser -u postgres -- psql --no-psqlrc --host /run/pgbouncer --port "$pool" --dbname pgbouncer --command RESUME
  trap 'resume || true' EXIT
  local outcome=0
  runuser -u postgres -- timeout "$patience" psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --host /run/pgbouncer \
    --port "$pool" --dbname pgbouncer --command PAUSE >/dev/null || outcome=$?
  if ((outcome)); then
    # 124 is the end of our patience; anything else is PgBouncer's own refusal, as when an operator paused it before.
    if ((outcome == 124)); then resume || true; else trap - EXIT; systemctl stop holdfast-resume.timer; fi
    if ((outcome == 124)); then echo busy; else echo refused; fi
    exit 0
  fi
  echo held
  read -r -t "$limit" word address || word=back
  if [[ $word != back ]]; then
    local deadline=$((SECONDS + limit))
    until arrived "$word" "$address" || ((SECONDS >= deadline)); do
      if read -r -t 0.05; then break; fi
    done
  fi
  if resume; then echo resumed; else echo "stuck: PgBouncer did not resume"; fi
}

"$@"
