# shellcheck shell=bash
# Runs on the operations host, as root, after "set -- VERB ...": what a restore is measured against. Prints seconds.
#
# download BACKUP FOLDER       the objects of a base backup by curl, all at the same time, each into Python's tar, which
#                              unpacks in half the time of gzip's own program
# barman-cloud BACKUP FOLDER   the same by barman-cloud-restore
# replay BACKUP FOLDER NAME    WAL by a barman-cloud-wal-restore a file, with the parameters of the restored server NAME,
#                              which is ended first
set -euo pipefail
cd /
BARMAN="runuser -u barman --"
settings() { jq --raw-output ".$1" /etc/holdfast/restore.json; }
cluster=$(settings cluster) endpoint=$(settings endpoint) bucket=$(settings bucket) binaries=$(settings binaries)
place=$cluster/$(<"$(settings identifier)")
set -a
# shellcheck source=/dev/null
source /etc/barman/bucket.env
set +a

fresh() {
  rm -rf "$1"
  $BARMAN mkdir -m 0700 -p "$1"
  sync
}

# timed COMMAND...: what it prints goes to standard error.
timed() {
  local began=$EPOCHREALTIME
  "$@" >&2
  awk "BEGIN { print $EPOCHREALTIME - $began }"
}

# The key is read from a file, and is in no process's arguments.
keys() {
  sed -n 's/^aws_access_key_id = //p; s/^aws_secret_access_key = //p' "$AWS_SHARED_CREDENTIALS_FILE" |
    paste -sd: | sed 's/.*/user = "&"/'
}
object() {
  curl --silent --show-error --fail --cacert "$AWS_CA_BUNDLE" --aws-sigv4 "aws:amz:$AWS_DEFAULT_REGION:s3" \
    --config "$1" "$endpoint/${bucket#s3://}/$2"
}
objects() {
  $BARMAN python3 -c 'import boto3, sys
for each in boto3.client("s3", endpoint_url=sys.argv[1]).list_objects_v2(Bucket=sys.argv[2], Prefix=sys.argv[3])["Contents"]:
    if each["Key"].endswith(".tar.gz"): print(each["Key"])' "$endpoint" "${bucket#s3://}" "$place/$cluster/base/$1/"
}

extract() {
  object "$1" "$2" | $BARMAN python3 -c 'import sys, tarfile
tarfile.open(fileobj=sys.stdin.buffer, mode="r|gz").extractall(sys.argv[1])' "$3"
}
all_at_once() {
  local key pids=()
  for key in $3; do
    extract "$1" "$key" "$2" &
    pids+=($!)
  done
  for key in "${pids[@]}"; do wait "$key"; done
}

download() {
  local access list
  access=$(mktemp)
  # shellcheck disable=SC2064 # now
  trap "rm -f '$access'" EXIT
  keys >"$access"
  list=$(objects "$1")
  fresh "$2"
  timed all_at_once "$access" "$2" "$list"
}

cloud() {
  local program=$1
  shift
  $BARMAN "$program" --cloud-provider aws-s3 --endpoint-url "$endpoint" "$bucket/$place" "$cluster" "$@"
}
barman-cloud() {
  fresh "$2"
  timed cloud barman-cloud-restore "$1" "$2"
}

open() {
  $BARMAN "$binaries/postgres" -D "$1/data" -c "config_file=$1/postgresql.conf" >"$1/log" 2>&1 &
  until $BARMAN "$binaries/pg_isready" --quiet --host "$1/socket"; do
    kill -0 $! || { tail "$1/log" >&2; return 1; }
    sleep 0.1
  done
}
replay() {
  local like
  like=$(settings scratch)/$3
  fresh "$2"
  $BARMAN mkdir -m 0700 "$2/data" "$2/socket"
  $BARMAN cp "$like/hba.conf" "$2/"
  { sed "s|$like|$2|g; /^restore_command/d" "$like/postgresql.conf"
    echo "restore_command = 'barman-cloud-wal-restore --cloud-provider aws-s3 --endpoint-url $endpoint $bucket/$place $cluster %f %p'"
  } | $BARMAN tee "$2/postgresql.conf" >/dev/null
  systemctl stop "holdfast-restore@$3"
  cloud barman-cloud-restore "$1" "$2/data" >&2
  $BARMAN touch "$2/data/recovery.signal" "$2/ident.conf"
  sync
  timed open "$2"
  $BARMAN "$binaries/pg_ctl" -D "$2/data" -m immediate stop >&2
}

"$@"
rm -rf "$3"
