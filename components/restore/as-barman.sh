# shellcheck shell=bash
# restore-as-barman VERB...: the program of restores, as the user of the backups and with their access to the bucket.
# Variables: user, environment (file), program (folder).
set -euo pipefail
cd /
set -a
# shellcheck source=/dev/null
source "$environment"
set +a
if [[ $(id -un) == "$user" ]]; then exec python3 -B "$program" "$@"; fi
exec runuser -u "$user" -- python3 -B "$program" "$@"
