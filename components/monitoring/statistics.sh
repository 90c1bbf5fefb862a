# shellcheck shell=bash
# statistics NAME WHERE SECONDS: what the database tells about itself less often, into the node exporter's file NAME.prom. Runs as
# the user of the exporters. One database after the other, by one connection at a time; one that fails keeps the others' lines.
# Variables: folder (of the statements), metrics (folder), role.
set -euo pipefail
name=$1 where=$2 seconds=$3

# ask DATABASE ARGUMENT...: in what is left of the time of all of them.
ask() {
  local left=$((seconds - SECONDS))
  ((left > 0)) || return 1
  # As a variable: a name with an equals sign would be taken for settings of the connection.
  PGDATABASE=$1 timeout "$left" psql --no-psqlrc --quiet --no-align --tuples-only --host /var/run/postgresql --username "$role" "${@:2}"
}

databases=postgres
failed=()
if [[ $where == each ]]; then
  databases=$(ask postgres --command "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND has_database_privilege(datname, 'CONNECT')") || failed+=(all)
fi
{
  while read -r database; do
    [[ -n $database ]] || continue
    ask "$database" --file "$folder/$name.sql" || failed+=("$database")
  done <<<"$databases"
  # Its age says whether this look still works, and a failed one says so at once.
  printf 'holdfast_statistics_failed_databases{statistics="%s"} %s\n' "$name" "${#failed[@]}"
} >"$metrics/$name.prom.new"
chmod 0644 "$metrics/$name.prom.new"
mv "$metrics/$name.prom.new" "$metrics/$name.prom"
if ((${#failed[@]})); then
  echo "no statistics of ${failed[*]}" >&2
  exit 1
fi
