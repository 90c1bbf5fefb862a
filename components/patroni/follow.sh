# shellcheck shell=bash
# follow.sh LIMIT: keeps this standby's Patroni from acting in the moment of a handover when nobody leads.
#
# A Patroni that sees that moment waits 2 s before it follows the new leader (ha.py, "give a time to somebody to take
# the leader lock"), and commits on the new leader wait for a standby that follows. One that sees only the new leader
# follows at once. Prints "held", goes on at any line or the end of its input, at the latest after LIMIT seconds, by a
# timer of the system when this script is no more.
set -euo pipefail
pid=$(systemctl show patroni.service --property MainPID --value)
[[ $pid != 0 ]] || exit 1

timer=holdfast-follow-$$

go_on() {
  kill -CONT "$pid" 2>/dev/null || true
  systemctl stop "$timer.timer" 2>/dev/null || true
}

exec 9>/run/holdfast-follow
flock --nonblock 9 || exit 1
systemd-run --quiet --collect --unit "$timer" --on-active "$1" --timer-property AccuracySec=100ms kill -CONT "$pid"
trap go_on EXIT
kill -STOP "$pid"
echo held
read -r -t "$1" || true
