# shellcheck shell=bash
# Barman's own look at the backups: fails with what is wrong. That there are fewer backups than shall be kept is no fault of
# a cluster's first days; whether they go on being taken is told by the age of the last one.
# Variables: cluster.
set -euo pipefail
# Its exit code counts that as well.
checks=$(barman --format json check "$cluster" || true)
jq --exit-status --arg cluster "$cluster" '.[$cluster].postgresql' <<<"$checks" >/dev/null ||
  { echo "barman check $cluster says nothing: see /var/log/barman/barman.log" >&2; exit 1; }
wrong=$(jq --raw-output --arg cluster "$cluster" '.[$cluster] | to_entries[]
  | select(.value.status == "FAILED" and .key != "minimum_redundancy_requirements") | "\(.key): \(.value.hint)"' <<<"$checks")
if [[ -z $wrong ]]; then exit 0; fi
echo "barman check $cluster: $wrong" >&2
exit 1
