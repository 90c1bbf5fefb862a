# shellcheck shell=bash
# tell-alert NAME SEVERITY SUMMARY DESCRIPTION: an alert at once, on the way of all others, which ends by itself. Whoever calls it
# shows the certificate of this host that he may read. It never fails: what it tells of has happened, told or not.
# Variables: alertmanager (ADDRESS:PORT), instance, role, cluster, seconds (until it ends), identities (CERTIFICATE's paths without
# suffix, and beside each its ca.crt).
set -uo pipefail

for identity in $identities; do
  if [[ -r $identity.key ]]; then break; fi
done
jq --null-input --compact-output \
  --arg alertname "$1" --arg severity "$2" --arg summary "$3" --arg description "$4" \
  --arg instance "$instance" --arg role "$role" --arg cluster "$cluster" --arg end "$(date --utc --date "+$seconds seconds" +%FT%TZ)" \
  '[{labels: {$alertname, $severity, $instance, $role, $cluster}, annotations: {$summary, $description}, endsAt: $end}]' |
  curl --silent --show-error --fail-with-body --max-time 5 --cacert "${identity%/*}/ca.crt" --cert "$identity.crt" --key "$identity.key" \
    --header 'Content-Type: application/json' --data @- "https://$alertmanager/api/v2/alerts" ||
  echo "Alertmanager was not told of $1" >&2
exit 0
