# Managed by Holdfast.
passwords=/etc/holdfast/secrets/passwords.psql
sql=/etc/holdfast/roles.sql

# shellcheck shell=bash
# Variables: sql and passwords (paths). Runs on every member; the primary applies, the others see it arrive.

local_psql() { runuser -u postgres -- psql --no-psqlrc --quiet --no-align --tuples-only --dbname postgres "$@"; }

checksum() { cat "$sql" "$passwords" | sha256sum | cut -c1-64; }

recorded() { local_psql --command "SELECT checksum FROM holdfast.applied WHERE component = 'roles'" 2>/dev/null; }

arrived() { [[ $(recorded) == "$(checksum)" ]]; }

# A fault may move the primary while this runs: whoever is the primary by then applies it, so nobody needs to know.
arrived_or_applied() {
  if arrived; then return 0; fi
  [[ $(local_psql --command 'SELECT pg_is_in_recovery()' 2>/dev/null) == f ]] || return 1
  {
    cat "$passwords" "$sql"
    printf "INSERT INTO holdfast.applied VALUES ('roles', '%s') ON CONFLICT (component) DO UPDATE SET checksum = excluded.checksum, at = now();\n" "$(checksum)"
  } | local_psql --file - >"$work/psql" 2>&1 || {
    grep -v -i password "$work/psql" | tail -n 5 >"$work/problem"
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
