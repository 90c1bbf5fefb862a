# Managed by Holdfast.
passwords=/etc/holdfast/secrets/passwords.json
sql=/etc/holdfast/roles.sql
verifiers=/usr/local/lib/holdfast/verifiers.py

# shellcheck shell=bash
# Variables: sql, passwords and verifiers (paths). Runs on every member; the primary applies, the others see it arrive.

local_psql() { runuser -u postgres -- psql --no-psqlrc --quiet --no-align --tuples-only --dbname postgres "$@"; }

checksum() { cat "$sql" "$passwords" | sha256sum | cut -c1-64; }

recorded() { local_psql --command "SELECT checksum FROM holdfast.applied WHERE component = 'roles'" 2>/dev/null; }

arrived() { [[ $(recorded) == "$(checksum)" ]]; }

# What the server keeps in place of the passwords, as psql variables.
verifiers() {
  local iterations
  iterations=$(local_psql --command "SELECT coalesce(current_setting('scram_iterations', true), '4096')")
  local_psql --field-separator $'\t' --command "SELECT rolname, rolpassword FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256$%'" |
    python3 "$verifiers" "$passwords" "$iterations"
}

# A fault may move the primary while this runs: whoever is the primary by then applies it, so nobody needs to know.
arrived_or_applied() {
  if arrived; then return 0; fi
  [[ $(local_psql --command 'SELECT pg_is_in_recovery()' 2>/dev/null) == f ]] || return 1
  {
    verifiers || return 1
    cat "$sql"
    printf "INSERT INTO holdfast.applied VALUES ('roles', '%s') ON CONFLICT (component) DO UPDATE SET checksum = excluded.checksum, at = now();\n" "$(checksum)"
  } >"$work/script" 2>"$work/problem" || return 1
  # A commit that no standby acknowledges is waited for without end. Not statement_timeout, which would end the wait and
  # leave the commit.
  runuser -u postgres -- timeout 100 psql --no-psqlrc --quiet --dbname postgres --file - <"$work/script" >"$work/psql" 2>&1 || {
    { grep -v -i password "$work/psql" || echo "the statements did not end within 100 s"; } | tail -n 5 >"$work/problem"
    return 1
  }
}

verify() {
  wait_until 120 arrived_or_applied || {
    if [[ -s $work/problem ]]; then cat "$work/problem" >&2; fi
    fail "databases and roles could not be brought up to date" \
      "check that a primary and a synchronous standby run, then run the update again" patroni
  }
}
