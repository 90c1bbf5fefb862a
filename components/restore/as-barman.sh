# shellcheck shell=bash
# NAME-as-barman VERB...: a program of ours as the user of the backups, with their access to the bucket.
# Variables: user, environment (file), program (folder), modules (folder: what it may import besides).
set -euo pipefail
cd /
set -a
# shellcheck source=/dev/null
source "$environment"
set +a
export PYTHONPATH=$modules
if [[ $(id -un) == "$user" ]]; then exec python3 -B "$program" "$@"; fi
exec runuser -u "$user" -- python3 -B "$program" "$@"
