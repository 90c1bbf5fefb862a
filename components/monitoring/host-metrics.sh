# shellcheck shell=bash
# When this host's certificates end, and whether it is out of service: for the node exporter.
# Variables: agent, mark (of maintenance), metrics (file).
set -euo pipefail
{
  # Of the certificates in one file, as those of two authorities, the one that ends first.
  "$agent" certificates | while read -r path end; do
    printf '%s %s\n' "$(date --date "$end" +%s)" "$path"
  done | sort -n | awk '!seen[$2]++ { printf "holdfast_certificate_end_timestamp_seconds{path=\"%s\"} %s\n", $2, $1 }'
  printf 'holdfast_maintenance %s\n' "$([[ -e $mark ]] && echo 1 || echo 0)"
} >"$metrics.new"
chmod 0644 "$metrics.new"
mv "$metrics.new" "$metrics"
