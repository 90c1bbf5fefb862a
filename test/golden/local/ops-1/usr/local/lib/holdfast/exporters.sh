# Managed by Holdfast.
identity=/etc/prometheus/tls/monitoring
metrics=/var/lib/prometheus/node-exporter
timers=host-metrics
tls=/etc/prometheus/tls
units=prometheus-node-exporter,10.137.191.31:9100,node_boot_time_seconds

# shellcheck shell=bash
# Variables: units (each UNIT,ADDRESS:PORT,METRIC: what a line begins with that it gives, well or not), timers, jobs (units without one),
# metrics (folder), tls (folder), identity (path without suffix of the certificate by which this host asks).

apply() {
  local each unit
  # Jobs of other users write there, too.
  install -d -m 1777 "$metrics"
  for each in $units; do
    unit=${each%%,*}.service
    service "$unit" --restart "/etc/systemd/system/$unit" --restart "/etc/systemd/system/$unit.d/holdfast.conf" \
      --restart /etc/prometheus/queries.yml
  done
  for each in $timers; do
    service "$each.timer" --restart "/etc/systemd/system/$each.timer"
  done
}

# tells ADDRESS:PORT METRIC: whether the exporter there gives such a line, over TLS.
tells() {
  curl --silent --show-error --max-time 5 --cacert "$tls/ca.crt" --cert "$identity.crt" --key "$identity.key" \
    "https://$1/metrics" 2>"$work/report" >"$work/metrics" || return 1
  grep -q "^$2" "$work/metrics"
}

verify() {
  local each unit address metric
  for each in $units; do
    IFS=, read -r unit address metric <<<"$each"
    wait_until 15 tells "$address" "$metric" ||
      fail "$unit does not give $metric at $address: $(tail -n 1 "$work/report")" "mend the cause that its log names" "$unit"
  done
  # What the database does not answer today is a matter of alerts, and none of this update.
  for each in $timers; do systemctl start --no-block "$each.service"; done
}
