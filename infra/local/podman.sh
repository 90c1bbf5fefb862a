# shellcheck shell=bash
# What the lab's scripts share. Everything they make carries the label holdfast=STACK, by which it is found again.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

# fail CAUSE NEXT
fail() {
  printf '%s\nnext: %s\n' "$1" "$2" >&2
  exit 1
}

command -v podman >/dev/null ||
  fail "podman is not installed on this machine" "run \"npm run up\", which installs it, or install the package podman"

# The root of the machine runs the lab: rootless containers cannot have a systemd with its own firewall everywhere.
podman() {
  # shellcheck disable=SC2033 # sudo is to run the program, not this function
  if ((EUID)); then sudo -n podman "$@"; else command podman "$@"; fi
}

# mac_of ADDRESS: a hardware address of its own for each address. podman takes another at every start, and everybody who
# spoke to the host before would send to the one of before for half a minute.
mac_of() {
  local parts
  IFS=. read -ra parts <<<"$1"
  printf '02:48:%02x:%02x:%02x:%02x' "${parts[@]}"
}
