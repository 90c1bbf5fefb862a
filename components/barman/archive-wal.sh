# shellcheck shell=bash
# PostgreSQL's archive_command: archive-wal PATH. Hands a complete WAL file to Barman; a failure is tried again, and the
# file kept, until the volume has too little space: then it is let go, so that backups never stop the database.
# Variables: cluster, barman_host, account, seconds_each, keep_free (percent), let_go (file).
set -uo pipefail
path=$1
name=${path##*/}
# What a promoted server keeps of its last file before: the stream has the same, and recovery reads the new timeline's.
if [[ $name == *.partial ]]; then exit 0; fi
# A server that stops ends its last file and waits for it to be archived, and a handover waits with it, for most of a second.
# The stream has that file, and here it stays marked until the server runs again. Beyond 128 the archiver ends at once;
# after any other failure it would try twice more, a second apart.
if [[ $(sed -n 8p postmaster.pid 2>/dev/null) == stopping* ]]; then exit 200; fi
if report=$(timeout --kill-after=5 "$seconds_each" barman-wal-archive --user "$account" "$barman_host" "$cluster" "$path" 2>&1); then exit 0; fi
# What Barman says on its host: the last line is often but of the pipe that broke by it.
cause=$(grep --max-count=1 --extended-regexp '^(ERROR|EXCEPTION): ' <<<"$report") || cause=${report##*$'\n'}
free=$(df --output=pcent . | tail -n 1 | tr -dc 0-9)
free=$((100 - free))
if ((free >= keep_free)); then
  echo "Barman on $barman_host did not take $name: $cause" >&2
  exit 1
fi
echo "LET GO: $name is not archived, because only $free % of this volume are free: take a base backup as soon as Barman's host is well" >&2
printf '%s %s\n' "$(date --utc +%s)" "$name" >>"$let_go"
