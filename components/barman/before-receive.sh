# shellcheck shell=bash
# Before WAL is received: it goes on behind the newest file that is there, and no primary can give what comes behind a file
# that is ahead of it. So it is when the cluster was recovered to an earlier moment, or when the primary was lost with commits
# that nobody else had. Such a file is put aside, and WAL is received from where the slot is.
# Variables: conninfo (of the streaming role), streaming (folder), aside (folder), days (that files stay there).
set -euo pipefail

newest=$(find "$streaming" -maxdepth 1 -type f -printf '%f\n' 2>/dev/null |
  grep -E '^[0-9A-F]{24}(\.partial)?$' | sort --key=1.9,1.24 --key=1.1,1.8 | tail -n 1) || exit 0
timeline=$((16#${newest:0:8}))

ask() { psql --no-psqlrc --quiet --no-align --tuples-only "$conninfo replication=yes" --command "$1"; }

# The receiver itself says what is wrong with a primary that does not answer.
identified=$(ask IDENTIFY_SYSTEM) || exit 0
IFS='|' read -r _ now flushed _ <<<"$identified"

decimal() { echo $(((16#${1%/*} << 32) + 16#${1#*/})); }

# Where the primary's own history leaves the file's timeline; nowhere, when it was never on it.
end=0/0
if ((timeline == now)); then end=$flushed; fi
if ((timeline < now)); then
  end=$(ask "TIMELINE_HISTORY $now" | grep -oE '[0-9]+\s+[0-9A-F]+/[0-9A-F]+' | awk -v timeline="$timeline" '$1 == timeline { print $2 }') || end=0/0
fi
size=$(ask "SHOW wal_segment_size")
bytes=$((${size%MB} * 1024 * 1024))
if [[ $size == *GB ]]; then bytes=$((${size%GB} * 1024 * 1024 * 1024)); fi
begins=$((16#${newest:8:8} * 4294967296 + 16#${newest:16:8} * bytes))
if ((begins <= $(decimal "${end:-0/0}"))); then exit 0; fi

if [[ $newest != *.partial ]]; then
  echo "$newest is ahead of the primary, and is taken into the catalogue first" >&2
  exit 1
fi
install -d -m 0700 "$aside"
find "$aside" -type f -mtime "+$days" -delete
mv "$streaming/$newest" "$aside/$newest.$(date --utc +%Y%m%dT%H%M%SZ)"
echo "$newest is ahead of the primary, which is on timeline $now; it is in $aside now" >&2
