#!/bin/bash
# network.sh create|delete NAME SUBNET STACK
source "$(dirname "$0")/podman.sh"

create() {
  local found
  found=$(podman network inspect "$1" --format '{{range .Subnets}}{{.Subnet}}{{end}}' 2>/dev/null) || found=""
  if [[ $found == "$2" ]]; then return 0; fi
  if [[ -n $found ]]; then remove "$1"; fi
  podman network create --subnet "$2" --label "holdfast=$3" "$1" >/dev/null ||
    fail "the network $2 cannot be made: something on this machine uses it" \
      "choose another one: pulumi config set --path holdfast:local.subnet 10.77.1.0/24"
}

delete() { remove "$1" 2>/dev/null || true; }

# "--force" takes the hosts along, whose addresses go with the network; the services, which other labs share, stay.
remove() {
  local shared
  for shared in $(podman ps --all --quiet --filter "network=$1" --filter label=holdfast-services); do
    podman network disconnect --force "$1" "$shared" >/dev/null
  done
  podman network rm --force "$1" >/dev/null
}

"$@"
