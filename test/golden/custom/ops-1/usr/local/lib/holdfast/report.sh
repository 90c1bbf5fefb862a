# Managed by Holdfast.
hourly=recovery-window
monthly=backup-report
mount=/srv/data
report=/usr/local/lib/holdfast/report-as-barman

# shellcheck shell=bash
# Variables: report (the program), monthly and hourly (units and timers), mount (of the volume).

validate() {
  findmnt --mountpoint "$mount" >/dev/null ||
    fail "the data volume is not mounted at $mount" "see whether it is attached: lsblk; then run the update again"
}

apply() {
  scheduled_job "$hourly"
  scheduled_job "$monthly"
}

# The metrics are there from now on; a report has all of the program in it.
verify() {
  "$report" note 2>"$work/report" ||
    fail "the recovery window cannot be told: $(tail -n 1 "$work/report")" "see whether this host may read the bucket" barman-ship
  "$report" show >"$work/shown" 2>"$work/report" ||
    fail "the report cannot be written: $(tail -n 1 "$work/report")" "see the lines above; they name the cause"
}
