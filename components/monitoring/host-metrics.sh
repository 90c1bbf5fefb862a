# shellcheck shell=bash
# When this host's certificates end, whether it is out of service, and on a database host when it let a WAL file go that the
# archive had not taken (0: never): for the node exporter.
# Variables: agent, mark (of maintenance), let_go (file; empty on other hosts), metrics (file).
set -euo pipefail
{
  # Of the certificates in one file, as those of two authorities, the one that ends first.
  "$agent" certificates | while read -r path end; do
    printf '%s %s\n' "$(date --date "$end" +%s)" "$path"
  done | sort -n | awk '!seen[$2]++ { printf "holdfast_certificate_end_timestamp_seconds{path=\"%s\"} %s\n", $2, $1 }'
  printf 'holdfast_maintenance %s\n' "$([[ -e $mark ]] && echo 1 || echo 0)"
  if [[ -n $let_go ]]; then
    last=0
    if [[ -s $let_go ]]; then read -r last _ < <(tail -n 1 "$let_go"); fi
    printf 'holdfast_wal_let_go_timestamp_seconds %s\n' "$last"
  fi
} >"$metrics.new"
chmod 0644 "$metrics.new"
mv "$metrics.new" "$metrics"
