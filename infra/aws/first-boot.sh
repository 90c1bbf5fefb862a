# shellcheck shell=bash
# What cannot wait for SSH: the data volume, which is there before the first service, and the host's public key, which
# whoever connects for the first time has to know. Safe to run again.
# Variables: volume (its id without the hyphen, or nothing), mount_point, patience (seconds that the volume may take),
# parameter (where the key is told), region, metadata and systems_manager (addresses of these services).
set -euo pipefail

# Names of devices change from boot to boot; a volume's id does not.
mount_volume() {
  local device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_$volume deadline=$((SECONDS + patience)) found uuid grown
  until [[ -e $device ]]; do
    if ((SECONDS >= deadline)); then
      echo "the volume $volume did not appear within $patience s" >&2
      return 1
    fi
    sleep 1
  done
  # Only what has nothing on it at all, neither a file system nor partitions, is made one. By itself, not within the
  # condition, where a failure to read would pass for an empty volume.
  found=$(wipefs --no-act --noheadings "$device")
  if [[ -z $found ]]; then
    mkfs.ext4 -q -m 0 -L holdfast "$device"
  fi
  if [[ $(blkid --probe -o value -s TYPE "$device") != ext4 ]]; then
    echo "the volume $volume has something on it that is no ext4 file system; nothing was changed" >&2
    return 1
  fi
  # blkid keeps what it finds, and mount finds it there where udev has not looked at the volume yet.
  uuid=$(blkid -o value -s UUID "$device")
  mkdir -p "$mount_point"
  # A host whose volume is missing boots all the same: its services then say what is wrong.
  if ! grep -q " $mount_point " /etc/fstab; then
    echo "UUID=$uuid $mount_point ext4 noatime,nofail,x-systemd.device-timeout=60s 0 2" >>/etc/fstab
  fi
  mountpoint --quiet "$mount_point" || mount "$mount_point"
  # Because of nofail, mount says nothing of a file system that it does not find.
  mountpoint --quiet "$mount_point" || {
    echo "the volume $volume is there, and its file system $uuid is not mounted at $mount_point" >&2
    return 1
  }
  # After a larger volume was asked for. What is there works all the same.
  grown=$(resize2fs "$device" 2>&1) || echo "the file system of the volume $volume does not grow: $grown" >&2
}

ask_metadata() {
  local token
  token=$(curl --fail --silent --show-error --max-time 5 --retry 5 --retry-all-errors --request PUT \
    --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/latest/api/token")
  curl --fail --silent --show-error --max-time 5 --retry 5 --retry-all-errors \
    --header "X-aws-ec2-metadata-token: $token" "$metadata/latest/meta-data/$1"
}

# With the instance's own identity before it: what another machine of this name once told is not taken for this one's.
tell_host_key() {
  local role key instance credentials
  instance=$(ask_metadata instance-id)
  role=$(ask_metadata iam/security-credentials/)
  credentials=$(ask_metadata "iam/security-credentials/$role")
  key=$(cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)
  field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1" <<<"$credentials"; }
  # By standard input, because others see the words of a command.
  curl --fail-with-body --silent --show-error --max-time 10 --retry 10 --retry-all-errors --config - <<EOF
url = "$systems_manager/"
aws-sigv4 = "aws:amz:$region:ssm"
user = "$(field AccessKeyId):$(field SecretAccessKey)"
header = "x-amz-security-token: $(field Token)"
header = "Content-Type: application/x-amz-json-1.1"
header = "X-Amz-Target: AmazonSSM.PutParameter"
data = "{\"Name\":\"$parameter\",\"Type\":\"String\",\"Overwrite\":true,\"Value\":\"$instance $key\"}"
EOF
}

# A host whose volume is missing is reached all the same, by whoever mends it.
trap tell_host_key EXIT
if [[ -n $volume ]]; then mount_volume; fi
