# Managed by Holdfast.

# shellcheck shell=bash

apply() {
  # The package's own, which would take the ports.
  if systemctl is-enabled --quiet pgbouncer.service 2>/dev/null; then systemctl disable --quiet --now pgbouncer.service; fi
  local instance
  for instance in writer reader; do
    # A changed unit is in effect from the next start on: no client's connection is worth it.
    service "pgbouncer@$instance.service" \
      --reload "/etc/pgbouncer/$instance.ini" \
      --reload /etc/pgbouncer/hba.conf \
      --reload /etc/pgbouncer/userlist.txt
  done
}

# console INSTANCE COMMAND: what PgBouncer's console answers, with the columns' names in the first line.
console() {
  local port
  port=$(sed -n 's/^listen_port = //p' "/etc/pgbouncer/$1.ini")
  # One that hangs accepts on its socket and says nothing.
  runuser -u postgres -- timeout 5 psql --no-psqlrc --quiet --no-align --field-separator $'\t' --pset footer=off \
    --host /run/pgbouncer --port "$port" --dbname pgbouncer --command "$2"
}

# section INSTANCE NAME: the lines of a section of its file.
section() {
  awk -v wanted="[$2]" '/^\[/ { inside = $0 == wanted; next } inside && !/^;/ && NF' "/etc/pgbouncer/$1.ini"
}

# The databases as PgBouncer has them, in the form of the file.
databases() {
  console "$1" 'SHOW DATABASES' | awk -F '\t' '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["name"] != "pgbouncer" {
      printf "%s = host=%s port=%s dbname=%s pool_size=%s max_db_connections=%s\n", $at["name"], $at["host"],
        $at["port"], $at["database"], $at["pool_size"], $at["max_connections"]
    }'
}

# What differs between the file and the values in use: a line for each.
disagreements() {
  console "$1" 'SHOW CONFIG' >"$work/config"
  section "$1" pgbouncer | awk -F '\t' '
    NR == FNR { found[$1] = $2; next }
    {
      key = value = $0
      sub(/ = .*/, "", key)
      sub(/^[^=]* = /, "", value)
      if (key in found && found[key] != value) printf "%s: wanted %s, found %s\n", key, value, found[key]
    }' "$work/config" -
  databases "$1" | sort >"$work/databases"
  section "$1" databases | sort >"$work/wanted-databases"
  { diff "$work/wanted-databases" "$work/databases" || true; } | sed -n 's/^< /wanted: /p; s/^> /found: /p'
}

# What it says while it reads its files: of hba.conf and userlist.txt nothing else tells.
COMPLAINTS='config file loading failed|could not parse hba|hba line|broken auth file|could not open auth_file|TLS configuration could not be reloaded'

# PgBouncer has no check of its own. What it refuses it logs, and goes on with the values of before or with its
# defaults, whichever it had come to. So every value is asked for.
verify() {
  local instance cursor problem
  for instance in writer reader; do
    wait_until 15 console "$instance" 'SHOW VERSION' ||
      fail "PgBouncer's $instance does not answer" "mend the cause that its log names, then run the update again" "pgbouncer@$instance"
    cursor=$(journalctl --lines 0 --show-cursor --quiet | sed -n 's/^-- cursor: //p')
    # A signal says nothing of its end; this answers when the files have been read.
    console "$instance" RELOAD >/dev/null 2>"$work/reload" || true
    journalctl --sync
    journalctl --unit "pgbouncer@$instance" ${cursor:+"--after-cursor=$cursor"} --output cat --no-pager >"$work/log"
    problem=$(grep -E -m 1 -- "$COMPLAINTS" "$work/log" || disagreements "$instance" | sed -n 1,3p | paste -sd ';') ||
      problem="its console does not answer"
    [[ -z $problem ]] ||
      fail "PgBouncer's $instance does not use what its files say: $problem" "mend the setting, then run the update again" "pgbouncer@$instance"
  done
}
