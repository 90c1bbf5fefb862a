# Managed by Holdfast.

# shellcheck shell=bash

apply() {
  systemctl disable --quiet --now pgbouncer.service 2>/dev/null || true
  systemctl daemon-reload
  local instance
  for instance in writer reader; do
    service "pgbouncer@$instance.service" \
      --reload "/etc/pgbouncer/$instance.ini" \
      --reload /etc/pgbouncer/hba.conf \
      --reload /etc/pgbouncer/userlist.txt \
      --restart /etc/systemd/system/pgbouncer@.service
  done
}

# PgBouncer has no check of its own: it keeps the old values and logs what it refuses. So it is asked.
pool_of() {
  runuser -u postgres -- psql --no-psqlrc --quiet --no-align --tuples-only \
    --host /run/pgbouncer --port "$1" --dbname pgbouncer --command 'SHOW CONFIG'
}

# grep reads to the end: with -q it would close the pipe early, and psql would fail of that.
answers() { pool_of "$1" | grep '^auth_user|pooler|'; }

verify() {
  local port
  for port in 6432 6433; do
    wait_until 15 answers "$port" ||
      fail "PgBouncer does not answer on port $port" "mend the cause that its log names, then run the update again" \
        "pgbouncer@$([[ $port == 6432 ]] && echo writer || echo reader)"
  done
}
