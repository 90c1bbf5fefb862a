#!/bin/bash
# network.sh create|delete NAME SUBNET STACK
source "$(dirname "$0")/podman.sh"

create() {
  local found
  found=$(podman network inspect "$1" --format '{{range .Subnets}}{{.Subnet}}{{end}}' 2>/dev/null) || found=""
  if [[ $found == "$2" ]]; then return 0; fi
  if [[ -n $found ]]; then podman network rm --force "$1" >/dev/null; fi
  podman network create --subnet "$2" --label "holdfast=$3" "$1" >/dev/null ||
    fail "the network $2 cannot be made: something on this machine uses it" \
      "choose another one: pulumi config set --path holdfast:local.subnet 10.77.1.0/24"
}

delete() { podman network rm --force "$1" >/dev/null 2>&1 || true; }

"$@"
