# shellcheck shell=bash
# Variables: mount, data, alerts (folders), user, viewer, password (file), tls (folder), certificate (path without suffix),
# prometheus and alertmanager (ADDRESS:PORT), config, rules, web, am_config, am_web (files), pages (folder), page (unit),
# queries (names of the user's own), metrics (folder), grafana (yes or no).

validate() {
  findmnt --mountpoint "$mount" >/dev/null ||
    fail "the data volume is not mounted at $mount" "see whether it is attached: lsblk; then run the update again"
  promtool check config --syntax-only "$root$config" >"$work/report" 2>&1 ||
    fail "Prometheus does not accept its configuration: $(tail -n 3 "$work/report")" "see the lines above"
  promtool check web-config "$root$web" >"$work/report" 2>&1 ||
    fail "Prometheus does not accept $web: $(tail -n 3 "$work/report")" "see the lines above"
  promtool check rules "$root$rules" >"$work/report" 2>&1 ||
    fail "Prometheus does not accept its rules: $(tail -n 3 "$work/report")" "see the lines above"
  amtool check-config "$root$am_config" >"$work/report" 2>&1 ||
    fail "Alertmanager does not accept its configuration: $(tail -n 3 "$work/report")" "see the lines above"
}

apply() {
  local each
  install -d -o "$user" -g "$user" -m 0700 "$data" "$alerts"
  install -d -o "$user" -g "$user" -m 0755 "$pages"
  service prometheus-alertmanager.service --reload "$am_config" --restart "$am_web" \
    --restart /etc/systemd/system/prometheus-alertmanager.service.d/holdfast.conf
  forget_queries
  for each in $queries; do
    service "business-$each.timer" --restart "/etc/systemd/system/business-$each.timer"
  done
  service "$page.timer" --restart "/etc/systemd/system/$page.timer"
  if [[ $grafana == no ]]; then retire grafana grafana-server.service; fi
  # It reads the file of its web server at each connection.
  service prometheus.service --reload "$config" --reload "$rules" --restart /etc/systemd/system/prometheus.service.d/holdfast.conf
}

# Of a query that is not in the configuration any more nothing may run on, nor be shown.
forget_queries() {
  local file name
  for file in "$metrics"/business-*.prom; do
    name=$(basename "$file" .prom)
    [[ -e $file && " $queries " != *" ${name#business-} "* ]] || continue
    systemctl stop "$name.timer" "$name.service" 2>/dev/null || true
    # A unit that has failed is told of for as long as systemd remembers it.
    systemctl reset-failed "$name.timer" "$name.service" 2>/dev/null || true
    # Its unit is gone, and by this link systemd would go on to look for it.
    rm -f "$file" "/etc/systemd/system/timers.target.wants/$name.timer"
    systemctl daemon-reload
  done
}

# The password never stands in a command: curl reads it from a file of its own.
ask_prometheus() {
  printf 'user = "%s:%s"\n' "$viewer" "$(<"$password")" |
    curl --silent --show-error --fail --max-time 5 --config - --cacert "$tls/ca.crt" "https://$prometheus$1"
}

ask_alertmanager() {
  curl --silent --show-error --fail --max-time 5 --cacert "$tls/ca.crt" --cert "$certificate.crt" --key "$certificate.key" \
    "https://$alertmanager$1"
}

# With the configuration of now, not with the one of before that it keeps when it takes no other.
took_it() {
  # Into files: grep leaves when it has seen enough, and curl would take that for a failure.
  ask_prometheus /metrics >"$work/metrics" 2>"$work/report" &&
    grep -qx 'prometheus_config_last_reload_successful 1' "$work/metrics" &&
    ask_alertmanager /metrics >"$work/metrics" 2>"$work/report" &&
    grep -qx 'alertmanager_config_last_reload_successful 1' "$work/metrics"
}

# Of all whom it asks.
everybody_answers() {
  ask_prometheus /api/v1/targets >"$work/targets" 2>"$work/report" || return 1
  jq --raw-output '.data.activeTargets[] | select(.health != "up") | "\(.labels.job) of \(.labels.instance): \(.lastError)"' "$work/targets" >"$work/silent"
  [[ ! -s $work/silent ]]
}

# A query's table may come with the application, after this update: what fails is said here, and by an alert for as long as it
# lasts. Nobody waits here for those that take long.
try_queries() {
  local each
  for each in $queries; do
    rm -f "$metrics/business-$each.prom"
    systemctl start --no-block "business-$each.service"
  done
  wait_until 30 all_tried || true
  for each in $queries; do
    if [[ ! -e $metrics/business-$each.prom ]]; then
      say "the query $each of monitoring.business has not answered yet"
    elif grep -q '^holdfast_query_failed.* 1$' "$metrics/business-$each.prom"; then
      say "the query $each of monitoring.business does not give its numbers: $(journalctl --unit "business-$each.service" --since -1min --output cat --no-pager --grep 'ERROR|business: ' --lines 1)"
    fi
  done
}

all_tried() {
  local each
  for each in $queries; do
    [[ -e $metrics/business-$each.prom ]] || return 1
  done
}

verify() {
  wait_until 20 took_it ||
    fail "Prometheus or Alertmanager does not serve: $(tail -n 1 "$work/report")" "mend the cause that its log names" prometheus
  systemctl start "$page.service" || fail "the page with the state is not made" "mend the cause that its log names" "$page"
  try_queries
  wait_until 30 everybody_answers || {
    [[ -s $work/silent ]] || fail "Prometheus does not say whom it asks: $(tail -n 1 "$work/report")" "see its log" prometheus
    # A host that is down is no reason to have no monitoring; it is one for an alert.
    say "not all tell Prometheus how they are: $(paste -sd ';' "$work/silent")"
  }
}
