# shellcheck shell=bash
# What a database host may order here with its key: to take a WAL file of the cluster, and to say whether it would.
# Variables: cluster, mount (of the volume).
set -euo pipefail
findmnt --mountpoint "$mount" >/dev/null || { echo "Barman's volume is not mounted at $mount" >&2; exit 1; }
case ${SSH_ORIGINAL_COMMAND:-} in
"barman put-wal $cluster") exec barman put-wal "$cluster" ;;
"barman put-wal $cluster --test") exec barman put-wal "$cluster" --test ;;
*)
  echo "this key is for WAL files of the cluster $cluster alone" >&2
  exit 1
  ;;
esac
