# Managed by Holdfast.
expiry=bucket-expiry
mount=/srv/data
restore=/usr/local/lib/holdfast/restore-as-barman
test=restore-test

# shellcheck shell=bash
# Variables: test and expiry (units and timers of the jobs), mount (of the volume), restore (the program).

validate() {
  findmnt --mountpoint "$mount" >/dev/null ||
    fail "the data volume is not mounted at $mount" "see whether it is attached: lsblk; then run the update again"
  systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$root/etc/systemd/system/$test.timer")" >/dev/null ||
    fail "systemd does not know the time of the restore test" "set backups.restoreTest.at to a time like 04:00"
}

apply() {
  systemd-tmpfiles --create /etc/tmpfiles.d/holdfast-restore.conf
  scheduled_job "$test"
  scheduled_job "$expiry"
}

verify() {
  "$restore" list >"$work/list" 2>"$work/report" ||
    fail "the backups cannot be listed: $(tail -n 1 "$work/report")" "see the log of this step" barman-ship
  local silent
  silent=$(jq --raw-output '[.silent[] | "\(.source): \(.why)"] | join("; ")' "$work/list")
  [[ -z $silent ]] || fail "the backups cannot be listed: $silent" "see whether this host may read the bucket" barman-ship
}
