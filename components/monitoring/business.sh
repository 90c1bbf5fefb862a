# shellcheck shell=bash
# business NAME DATABASE SECONDS EVERY: asks the user's query of that name, and leaves its numbers for the node exporter. One that
# fails leaves no numbers, rather than old ones, and says so in holdfast_query_failed; why is in its unit's journal.
# Variables: conninfo, folder (of the queries), metrics (folder), most (rows).
set -euo pipefail
name=$1 database=$2 seconds=$3 every=$4
file=$metrics/business-$name.prom

# ask: gives the lines of the metric.
ask() {
  # One after the other: the role may have few connections.
  flock --wait 300 9 || {
    echo "business: other queries have taken five minutes" >&2
    return 1
  }
  # Not by --file, which would take what begins with a backslash for an order to psql itself.
  timeout $((seconds + 10)) psql --no-psqlrc --quiet --no-align --tuples-only "$conninfo dbname=$database" \
    --set ON_ERROR_STOP=on --command "SET statement_timeout = '${seconds}s'" --command "SET lock_timeout = '1s'" \
    --command "SET default_transaction_read_only = on" --command "$(<"$folder/$name.sql")"
}

few_enough() {
  (($(wc -l <<<"$1") <= most)) || {
    echo "business: more than $most rows" >&2
    return 1
  }
}

# The node exporter would take one of them, and tell nobody which.
no_labels_twice() {
  local twice
  twice=$(sed 's/ [^ ]*$//' <<<"$1" | sort | uniq --repeated | head -n 1)
  [[ -z $twice ]] || {
    echo "business: more than one row for $twice" >&2
    return 1
  }
}

exec 9>"$metrics/.business.lock"
failed=0
if ! { numbers=$(ask) && few_enough "$numbers" && no_labels_twice "$numbers"; }; then failed=1; fi
{
  if ((!failed)) && [[ -n $numbers ]]; then
    cat "$folder/$name.head"
    printf '%s\n' "$numbers"
  fi
  printf 'holdfast_query_failed{query="%s",database="%s"} %s\n' "$name" "$database" "$failed"
  printf 'holdfast_query_next_run_timestamp_seconds{query="%s",database="%s"} %s\n' "$name" "$database" $(($(date +%s) + every))
} >"$file.new"
chmod 0644 "$file.new"
mv "$file.new" "$file"
exit "$failed"
