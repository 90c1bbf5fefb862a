# Managed by Holdfast.
cluster=local
conninfo='host=writer.local.holdfast.internal,writer.local.holdfast.internal hostaddr=10.137.191.21,10.137.191.22 port=5000 user=barman dbname=postgres connect_timeout=5 sslmode=verify-full sslrootcert=/etc/barman/tls/ca.crt sslcert=/etc/barman/tls/barman.crt sslkey=/etc/barman/tls/barman.key'
endpoint=https://object-store:7070
home=/srv/data/barman
identifier=/srv/data/barman/system-identifier
metrics=/var/lib/prometheus/node-exporter
mount=/srv/data
queue=/srv/data/barman/for-the-bucket
slot=barman
url=s3://holdfast-local/local
user=barman

# shellcheck shell=bash
# Variables: cluster, home, mount (of the volume), queue, identifier (file), conninfo, user, slot, metrics (folder), url (of the
# cluster in the bucket), endpoint (of the store, or empty).

validate() {
  findmnt --mountpoint "$mount" >/dev/null ||
    fail "the data volume is not mounted at $mount" "see whether it is attached: lsblk; then run the update again"
}

# A catalogue belongs to one cluster. Another one under the same name, made after that one was lost, must not write into
# it: neither could be recovered from what the two have mixed.
same_cluster() {
  local found
  found=$(as_barman psql --no-psqlrc --tuples-only --no-align "$conninfo" \
    --command 'SELECT system_identifier FROM pg_control_system()' 2>"$work/report") ||
    fail "Barman does not reach the primary: $(tail -n 1 "$work/report")" "see whether there is one: ./holdfast status"
  if [[ ! -s $identifier ]]; then
    (umask 077 && printf '%s\n' "$found" >"$identifier.new")
    chown "$user:$user" "$identifier.new"
    mv "$identifier.new" "$identifier"
  fi
  [[ $found == "$(<"$identifier")" ]] ||
    fail "the backups in $home are of another cluster, $(<"$identifier"), and this one is $found" \
      "give this cluster another name, or move $home away on this host when nobody needs these backups"
}

apply() {
  install -d -o "$user" -g "$user" -m 0700 "$home" "$queue"
  install -d -m 1777 "$metrics"
  same_cluster
  service barman-receive-wal.service --restart "/etc/barman.d/$cluster.conf" --restart /etc/systemd/system/barman-receive-wal.service
  service barman-ship.service --restart /etc/barman/bucket.json --restart /etc/barman/bucket.env \
    --restart /usr/local/lib/holdfast/ship.py --restart /etc/systemd/system/barman-ship.service
  service barman-cron.timer --restart /etc/systemd/system/barman-cron.timer
  scheduled_job barman-check
  scheduled_job barman-backup
}

as_barman() {
  (
    set -a
    # shellcheck source=/dev/null
    source /etc/barman/bucket.env
    runuser -u "$user" -- "$@"
  )
}

# cloud PROGRAM ARGUMENT...: one of Barman's programs for the bucket.
cloud() {
  local program=$1
  shift
  as_barman "$program" --cloud-provider aws-s3 ${endpoint:+--endpoint-url "$endpoint"} "$@"
}

# What the primary says of the receiver: "streaming" on its slot.
streaming() {
  as_barman psql --no-psqlrc --tuples-only --no-align "$conninfo" --command "SELECT count(*) FROM pg_stat_replication r
    JOIN pg_replication_slots s ON s.active_pid = r.pid WHERE s.slot_name = '$slot' AND r.state = 'streaming'" 2>/dev/null |
    grep -qx 1
}

in_catalogue() { [[ -e $home/$cluster/wals/${1:0:16}/$1 ]]; }
left_queue() { in_catalogue "$1" && [[ ! -e $queue/$1 ]]; }

# The very file that a forced switch ends comes back from the bucket.
in_bucket() {
  rm -f "$work/from-bucket"
  chmod 0777 "$work"
  cloud barman-cloud-wal-restore "$url/$(<"$identifier")" "$cluster" "$1" "$work/from-bucket" >"$work/report" 2>&1
}

verify() {
  wait_until 60 streaming ||
    fail "the WAL of $cluster does not stream to Barman" "see why: barman check $cluster" barman-receive-wal
  local file
  file=$(as_barman barman switch-wal --force "$cluster" 2>&1 | sed -n 's/^The WAL file \([0-9A-F]\{24\}\) has been closed.*/\1/p')
  [[ -n $file ]] || fail "Barman cannot end a WAL file on the primary" "see why: barman switch-wal --force $cluster" barman-receive-wal
  wait_until 60 in_catalogue "$file" ||
    fail "the WAL file $file has not come to Barman within a minute" "see why: barman check $cluster" barman-ship
  wait_until 60 left_queue "$file" ||
    fail "the WAL file $file has not come into the bucket within a minute" "mend the cause that its log names" barman-ship
  in_bucket "$file" ||
    fail "the WAL file $file cannot be read back from the bucket: $(tail -n 1 "$work/report")" "see whether this host may read there" barman-ship
  first_backup
}

# The first one of a cluster: an update that ends without it in the bucket would leave nothing to recover from.
first_backup() {
  local there
  there=$(cloud barman-cloud-backup-list --format json "$url/$(<"$identifier")" "$cluster" 2>"$work/report") ||
    fail "the bucket does not say which backups it has: $(tail -n 1 "$work/report")" "see whether this host may read there" barman-ship
  if jq --exit-status 'any(.backups_list[]; .status == "DONE")' <<<"$there" >/dev/null; then return 0; fi
  say "taking the first base backup"
  systemctl start barman-backup.service ||
    fail "the first base backup did not succeed" "mend the cause that its log names" barman-backup
}
