#!/bin/bash
# image.sh BASE_TAG TAG FROM_PACKAGES: builds the host image from the Containerfile on standard input, unless it is
# there. Prints the image's identity. The base is Debian 13: made from packages where this machine has Debian's
# archive, else Debian's public image.
source "$(dirname "$0")/podman.sh"

base=$1 tag=$2

archive() { apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sed -n '/^Debian|/{s///p;q}'; }

as_root() { if ((EUID)); then sudo -n "$@"; else "$@"; fi; }

build_base() {
  local mirror folder
  # A fresh machine has no package lists yet, and no archive is known without them.
  if grep -qx ID=debian /etc/os-release && [[ -z $(archive) ]]; then as_root apt-get update -qq >/dev/null || true; fi
  mirror=$(archive) || mirror=""
  if [[ -z $mirror ]]; then
    say "base system: Debian's public image"
    podman pull --quiet docker.io/library/debian:trixie >/dev/null ||
      fail "Debian's public image cannot be fetched" "check this machine's way to the Internet"
    podman tag docker.io/library/debian:trixie "$base"
    return
  fi
  if ! command -v debootstrap >/dev/null; then
    say "base system: installing debootstrap"
    as_root apt-get update -qq >/dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null ||
      fail "debootstrap cannot be installed" "install it: apt-get install debootstrap"
  fi
  say "base system: Debian 13 from packages (about a minute)"
  # Not below /tmp, which may forbid the device nodes that a system has.
  folder=$(mktemp -d -p /var/tmp)
  # shellcheck disable=SC2064 # the path of now: the variable is another one at the end
  trap "as_root rm -rf '$folder'" EXIT
  as_root debootstrap --variant=minbase trixie "$folder/root" "$mirror" >"$folder/log" 2>&1 || {
    tail -n 5 "$folder/log" >&2
    fail "the base system could not be made" "see the lines above"
  }
  as_root tar -C "$folder/root" -c . | podman import --quiet - "$base" >/dev/null
}

if ! podman image exists "$tag"; then
  podman image exists "$base" || build_base
  say "host image: installing packages (about a minute)"
  folder=$(mktemp -d)
  cat >"$folder/Containerfile"
  podman build --network host --format docker --tag "$tag" --file "$folder/Containerfile" "$folder" >"$folder/log" 2>&1 || {
    tail -n 15 "$folder/log" >&2
    fail "the host image could not be built" "see the lines above"
  }
  rm -rf "$folder"
fi
printf '%s' "$(podman image inspect "$tag" --format '{{.Id}}')"
