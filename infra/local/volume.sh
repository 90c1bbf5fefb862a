#!/bin/bash
# volume.sh create|delete NAME STACK
source "$(dirname "$0")/podman.sh"

create() { podman volume exists "$1" || podman volume create --label "holdfast=$2" "$1" >/dev/null; }

delete() { podman volume rm --force "$1" >/dev/null; }

"$@"
