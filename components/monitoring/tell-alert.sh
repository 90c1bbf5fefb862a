# shellcheck shell=bash
# tell-alert NAME SEVERITY SUMMARY DESCRIPTION [UNIT]: an alert at once, on the way of all others, which ends by itself. It never fails:
# what it tells of has happened, told or not.
# Variables: alertmanager (ADDRESS:PORT), instance, role, cluster, seconds (until it ends), runbooks (where links begin), identity
# (path of the certificate without suffix, and beside it its ca.crt).
set -uo pipefail
# As systemd escapes an instance of its own unit's name.
set -- "${@//\\x40/@}"

# Without a start it would begin at its end, in the future.
jq --null-input --compact-output \
  --arg alertname "$1" --arg severity "$2" --arg summary "$3" --arg description "$4" \
  --arg unit "${5:-}" --arg runbook "$runbooks/$1.md" --arg instance "$instance" --arg role "$role" --arg cluster "$cluster" --arg start "$(date --utc +%FT%TZ)" --arg end "$(date --utc --date "+$seconds seconds" +%FT%TZ)" \
  '[{labels: ({$alertname, $severity, $instance, $role, $cluster} + if $unit == "" then {} else {$unit} end), annotations: {$summary, $description, runbook_url: $runbook}, startsAt: $start, endsAt: $end}]' |
  curl --silent --show-error --fail-with-body --max-time 5 --cacert "${identity%/*}/ca.crt" --cert "$identity.crt" --key "$identity.key" \
    --header 'Content-Type: application/json' --data @- "https://$alertmanager/api/v2/alerts" ||
  echo "Alertmanager was not told of $1" >&2
exit 0
