#!/bin/bash
# services.sh create NAME | bucket NAME BUCKET ACCOUNT DAYS ACTION,... | link NAME NETWORK ADDRESS | unlink NAME NETWORK |
# name NAME RECORD ADDRESS...
# The object store and the name server of the lab. Their data is in the volume NAME and outlives the container.
source "$(dirname "$0")/podman.sh"

store_binary() {
  local binary=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast/tools/$STORE_PROGRAM
  [[ -x $binary ]] || fail "the object store's program is not there: $binary" "run \"npm run up\", which builds it"
  printf '%s' "$binary"
}

# Prints the certificate by which the store is known.
create() {
  local name=$1 options=(--systemd=always --cap-add "SYS_ADMIN,NET_ADMIN" --security-opt apparmor=unconfined)
  options+=(--ulimit nofile=4096:4096 --ulimit nproc=4096:4096)
  if [[ $(stat -fc %T /sys/fs/cgroup) != cgroup2fs ]]; then options=(--runtime runc "${options[@]}"); fi
  # After a crash of the machine podman may believe in a container that is no more: its data is in the volume.
  if podman container exists "$name" && ! { podman start "$name" && podman exec "$name" true; } >/dev/null 2>&1; then
    podman rm --force --time 1 "$name" >/dev/null
  fi
  if ! podman container exists "$name"; then
    podman volume exists "$name" || podman volume create --label holdfast-services "$name" >/dev/null
    podman run --detach --name "$name" --label holdfast-services --hostname services --memory 512m \
      --volume "$name:/srv/data" "${options[@]}" "$IMAGE" /sbin/init >/dev/null || {
      podman rm --force --ignore "$name" >/dev/null
      fail "the container $name did not start" "see the line above"
    }
  fi
  # Not only into a new container: an interruption may have come between the container and its program.
  podman exec "$name" test -x "/usr/local/bin/$STORE_PROGRAM" ||
    podman cp "$(store_binary)" "$name:/usr/local/bin/$STORE_PROGRAM"
  podman exec --interactive "$name" sh -c 'cat >/usr/local/lib/let-go.py' <"$(dirname "$0")/let-go.py"
  local deadline=$((SECONDS + 60))
  until podman exec "$name" systemctl is-active --quiet multi-user.target 2>/dev/null; do
    if ((SECONDS >= deadline)); then fail "the container $name did not boot within 60 s" "podman logs $name"; fi
    sleep 0.2
  done
  podman exec --interactive "$name" bash -s "$STORE_PROGRAM" "$EXPIRED_KEY" "$EXPIRED_VALUE" <"$(dirname "$0")/services-setup.sh" >&2 ||
    fail "the services in $name did not start" "podman exec $name journalctl -u object-store -u names"
  podman exec "$name" cat /srv/data/tls/store.crt
}

# bucket NAME BUCKET ACCOUNT DAYS ACTION,...: standard input is the account's secret.
bucket() {
  local secret
  # Without a newline at its end.
  IFS= read -r secret || [[ -n $secret ]] || fail "no secret came for the bucket $2" "report this"
  podman exec --interactive "$1" sh -c 'cat >/run/bucket-setup.sh' <"$(dirname "$0")/bucket-setup.sh"
  printf '%s\n' "$secret" |
    podman exec --interactive "$1" bash /run/bucket-setup.sh "$STORE_PORT" "${@:2}" ||
    fail "the bucket $2 could not be made in the object store of $1" "podman exec $1 journalctl -u object-store"
}

link() {
  podman network disconnect "$2" "$1" 2>/dev/null || true
  podman network connect --ip "$3" --mac-address "$(mac_of "$3")" "$2" "$1"
}

unlink() { podman network disconnect --force "$2" "$1" 2>/dev/null || true; }

# dnsmasq reads a new or changed file in its folder by itself.
name() {
  local container=$1 record=$2 address
  shift 2
  for address in "$@"; do printf '%s %s\n' "$address" "$record"; done |
    podman exec --interactive "$container" sh -c "cat >/srv/data/names/$record"
}

"$@"
