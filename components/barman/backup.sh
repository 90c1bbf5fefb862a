# shellcheck shell=bash
# Takes a base backup, and brings every one that the bucket does not have into it.
# Variables: cluster, home (Barman's), identifier and metrics (files), url (of the cluster in the bucket), endpoint (of the store, or
# empty), manifest (a command) and manifests (their folder).
set -euo pipefail

options=(--cloud-provider aws-s3)
if [[ -n $endpoint ]]; then options+=(--endpoint-url "$endpoint"); fi
place=("$url/$(<"$identifier")" "$cluster")

# What a run left that failed or was cut off: nobody can restore from it, and the next one needs its room.
remove_unfinished() {
  local file id
  for file in "$home/$cluster"/meta/*-backup.info; do
    if [[ ! -e $file ]] || grep -q '^end_wal=[0-9A-F]' "$file"; then continue; fi
    id=$(basename "$file" -backup.info)
    echo "backup $id was never finished, and is taken away"
    barman delete "$cluster" "$id"
  done
}

# A backup is named after this host's clock, and Barman takes the smallest name for the oldest backup: it would remove all
# WAL from before a backup that a clock set back has named, and with it what the others need.
refuse_names_from_before() {
  local file newest now
  now=$(date +%Y%m%dT%H%M%S)
  for file in "$home/$cluster"/meta/*-backup.info; do
    newest=$(basename "$file" -backup.info)
  done
  if [[ $newest =~ ^[0-9]{8}T[0-9]{6}$ && ! $now > $newest ]]; then
    echo "it is $now on this host, which is not after the newest backup, $newest: this host's clock is wrong, or was when that was taken. Set it (sudo chronyc makestep), or wait until then" >&2
    exit 1
  fi
}

# Those that are whole, the oldest first.
in_catalogue() {
  barman --format json list-backups "$cluster" |
    jq --raw-output --arg cluster "$cluster" '[.[$cluster][] | select(.status == "DONE") | .backup_id] | sort[]'
}

in_bucket() {
  barman-cloud-backup-list "${options[@]}" --format json "${place[@]}" | jq --raw-output '.backups_list[] | select(.status == "DONE") | .backup_id'
}

# By gzip: it knows snappy as well, and Debian's module for that ends with a segmentation fault.
upload() {
  local id=$1
  echo "backup $id goes into the bucket"
  # As Barman's own hook does it, which would hold up the catalogue while the bucket is down.
  BARMAN_HOOK=backup_script BARMAN_PHASE=post BARMAN_STATUS=DONE BARMAN_BACKUP_ID=$id \
    BARMAN_BACKUP_DIR="$home/$cluster/base/$id" BARMAN_BACKUP_INFO_PATH="$home/$cluster/meta/$id-backup.info" \
    barman-cloud-backup "${options[@]}" --gzip --jobs 2 --max-archive-size 1GB --min-chunk-size 16MB "${place[@]}"
}

remove_unfinished
refuse_names_from_before
barman backup "$cluster"
ids=("$home/$cluster"/meta/*-backup.info)
taken=$(basename "${ids[-1]}" -backup.info)
# As close to the end of the backup as can be, and before the WAL file ends, which then goes beyond it. When it has said
# where that is, what it counts is held in snapshots: the rest goes on beside it.
read -ra manifest <<<"$manifest"
exec {counting}< <("${manifest[@]}" "$taken")
counter=$!
if read -r said <&"$counting"; then echo "$said"; fi
# It is whole when the WAL of its end is here, which would come by itself only when that file is full or old.
barman switch-wal --force --archive --archive-timeout 600 "$cluster"
# By its name: "latest" is for Barman the newest that is whole.
barman check-backup "$cluster" "$taken"
found=$(sed -n 's/^status=//p' "${ids[-1]}")
if [[ $found != DONE ]]; then
  echo "backup $taken is $found, so not whole: see barman show-backup $cluster $taken" >&2
  exit 1
fi
there=$(in_bucket)
while read -r id; do
  if ! grep -qxF -- "$id" <<<"$there"; then upload "$id"; fi
done < <(in_catalogue)

cat <&"$counting"
wait "$counter" || echo "the rows of the backup $taken are not counted: exit code $?"

read -r newest size < <(barman --format json show-backup "$cluster" latest |
  jq --raw-output --arg cluster "$cluster" '.[$cluster] | "\(.backup_id) \(.base_backup_information.backup_size_bytes // 0)"')
tables=0
if [[ -e $manifests/$newest.json ]]; then tables=$(jq '.tables | length' "$manifests/$newest.json"); fi
cat >"$metrics.new" <<METRICS
holdfast_backup_last_success_timestamp_seconds $(date +%s)
holdfast_backup_duration_seconds $((SECONDS))
holdfast_backup_size_bytes $size
holdfast_backup_manifest_tables $tables
METRICS
mv "$metrics.new" "$metrics"
