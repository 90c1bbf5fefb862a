# shellcheck shell=bash
# What a database host may order here with its key: to take a WAL file of the cluster, to say whether it would, and to give
# restored data, while an operator has the cluster recovered from it.
# Variables: cluster, mount (of the volume), scratch (folder of restores).
set -euo pipefail
findmnt --mountpoint "$mount" >/dev/null || { echo "Barman's volume is not mounted at $mount" >&2; exit 1; }
case ${SSH_ORIGINAL_COMMAND:-} in
"barman put-wal $cluster") exec barman put-wal "$cluster" ;;
"barman put-wal $cluster --test") exec barman put-wal "$cluster" --test ;;
"send-restored "*)
  name=${SSH_ORIGINAL_COMMAND#send-restored }
  [[ $name =~ ^[a-z][a-z0-9-]{0,19}$ && -e $scratch/$name.for-cluster ]] ||
    { echo "nobody has ordered the cluster to be recovered from the restore $name" >&2; exit 1; }
  exec tar --create --directory "$scratch/$name/data" .
  ;;
*)
  echo "this key is for WAL files of the cluster $cluster alone" >&2
  exit 1
  ;;
esac
