# Managed by Holdfast.
data_dir=/srv/data/postgresql/15

# shellcheck shell=bash
# Variables: data_dir.
# follow.sh LIMIT: keeps this standby's Patroni from acting in the moment of a handover when nobody leads.
#
# A Patroni that sees that moment waits 2 s before it follows the new leader (ha.py, "give a time to somebody to take
# the leader lock"), and commits on the new leader wait for a standby that follows. Held, it may still learn of that
# moment when it goes on, before it learns of the new leader: so the server is told to follow before Patroni goes on,
# which then finds it as it would have made it. Prints "held", then takes one line:
#   follow ADDRESS   streams from the new leader there, and goes on
# and goes on at any other line or the end of its input, at the latest after LIMIT seconds, by a timer of the system when
# this script is no more.
set -euo pipefail
pid=$(systemctl show patroni.service --property MainPID --value)
[[ $pid != 0 ]] || exit 1

timer=holdfast-follow-$$

go_on() {
  kill -CONT "$pid" 2>/dev/null || true
  systemctl stop "$timer.timer" 2>/dev/null || true
}

# As Patroni does it: its own line of the server's file with another host, then a reload.
stream_from() {
  runuser -u postgres -- sed -i "/^primary_conninfo = /s/ host=[^ ']*/ host=$1/" "$data_dir/postgresql.conf"
  kill -HUP "$(head -n 1 "$data_dir/postmaster.pid")"
}

exec 9>/run/holdfast-follow
flock --nonblock 9 || exit 1
systemd-run --quiet --collect --unit "$timer" --on-active "$1" --timer-property AccuracySec=100ms kill -CONT "$pid"
trap go_on EXIT
kill -STOP "$pid"
echo held
word="" address=""
read -r -t "$1" word address || true
if [[ $word == follow && $address =~ ^[0-9.]+$ ]]; then stream_from "$address" || true; fi
