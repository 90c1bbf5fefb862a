# shellcheck shell=bash
# What a database host may order here with its key: to take a WAL file of the cluster, to say whether it would, and to give
# the restored data that an operator has made ready for the cluster.
# Variables: cluster, mount (of the volume), recovery (folder of that restore).
set -euo pipefail
findmnt --mountpoint "$mount" >/dev/null || { echo "Barman's volume is not mounted at $mount" >&2; exit 1; }
case ${SSH_ORIGINAL_COMMAND:-} in
"barman put-wal $cluster") exec barman put-wal "$cluster" ;;
"barman put-wal $cluster --test") exec barman put-wal "$cluster" --test ;;
"send-recovered")
  grep -q '"state": "ready"' "$recovery.status" || { echo "there is no restored data for the cluster here" >&2; exit 1; }
  exec tar --create --directory "$recovery/data" .
  ;;
*)
  echo "this key is for WAL files of the cluster $cluster alone" >&2
  exit 1
  ;;
esac
