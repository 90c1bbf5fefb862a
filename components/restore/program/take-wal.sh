# shellcheck shell=bash
# restore_command of a server that recovers: take-wal FOLDER NAME PATH. Waits until the feeder has the file whole.
# An exit above 125 ends the recovery: after any other PostgreSQL takes it for the end of the WAL, and opens.
set -uo pipefail
folder=$1 name=$2 path=$3
deadline=$((SECONDS + 600))
# Without a wish, too, what was fetched ahead is there.
until [[ -e $folder/ready/$name ]]; do
  : >"$folder/want/$name" || exit 200
  if [[ -e $folder/none/$name ]]; then rm -f "$folder/want/$name" "$folder/none/$name"; exit 1; fi
  if [[ -e $folder/bad/$name ]]; then cat "$folder/bad/$name" >&2; exit 200; fi
  if ((SECONDS > deadline)); then echo "the WAL file $name did not come within 600 s" >&2; exit 200; fi
  sleep 0.01
done
# In this order: who sees a wish without a file would fetch it again.
rm -f "$folder/want/$name"
mv "$folder/ready/$name" "$path" || exit 200
