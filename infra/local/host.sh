#!/bin/bash
# host.sh create|delete NAME; what the host shall be comes as environment, the administrators' public key on
# standard input. Prints the host's identity and its public host key, which the program pins before it connects.
source "$(dirname "$0")/podman.sh"

create() {
  local name=$1 options=(--systemd=always --cap-add "SYS_ADMIN,NET_ADMIN" --security-opt apparmor=unconfined) port
  # Some machines let limits only be lowered.
  options+=(--ulimit "nofile=$(at_most 65536 "$(ulimit -Hn)")" --ulimit "nproc=$(at_most 16384 "$(ulimit -Hu)")")
  # crun, the default, refuses the mixed control groups of older systems.
  if [[ $(stat -fc %T /sys/fs/cgroup) != cgroup2fs ]]; then options=(--runtime runc "${options[@]}"); fi
  for port in $PORTS; do options+=(--publish "127.0.0.1:$port"); done
  if [[ -n ${VOLUME:-} ]]; then
    # One that was destroyed by hand would be made by podman without the label by which it is found again.
    podman volume exists "$VOLUME" || podman volume create --label "holdfast=$STACK" "$VOLUME" >/dev/null
    options+=(--volume "$VOLUME:/srv/data")
  fi
  podman rm --force --time 5 "$name" >/dev/null 2>&1 || true
  local output
  output=$(podman run --detach --name "$name" --label "holdfast=$STACK" --hostname "$HOST" --no-hosts \
    --network "$NETWORK:ip=$ADDRESS" --memory "${MEMORY_MIB}m" --cpus "$CPUS" --shm-size 256m \
    --restart no "${options[@]}" "$IMAGE" /sbin/init 2>&1) || {
    podman rm --force "$name" >/dev/null 2>&1 || true
    local next="mend the cause that podman names, then run the update again"
    if [[ $output == *"already in use"* ]]; then
      next="end the program that has the port, or choose other ports: pulumi config set --path holdfast:local.portBase 31000"
    fi
    fail "the container $name did not start: $output" "$next"
  }
  await "$name"
  # sudo complains about a host that does not know its own name.
  podman exec "$name" sh -c "echo 127.0.1.1 $HOST >>/etc/hosts"
  podman exec --interactive "$name" sh -c 'cat >/home/admin/.ssh/authorized_keys'
  local id key
  id=$(podman inspect "$name" --format '{{.Id}}')
  key=$(podman exec "$name" cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)
  printf '{"identity":"%s","hostKey":"%s"}' "$id" "$key"
}

at_most() { if [[ $2 == unlimited ]] || (($1 < $2)); then echo "$1"; else echo "$2"; fi; }

# The host makes its own SSH key at its first boot; it is there when SSH runs.
await() {
  local deadline=$((SECONDS + 60))
  until podman exec "$1" sh -c 'systemctl is-active --quiet ssh && test -s /etc/ssh/ssh_host_ed25519_key.pub' 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      podman logs --tail 15 "$1" >&2 || true
      podman exec "$1" journalctl --lines 15 --no-pager >&2 || true
      fail "the host $1 did not boot within 60 s" "see its last lines above, then run the update again"
    fi
    sleep 0.1
  done
}

delete() { podman rm --force --time 5 "$1" >/dev/null; }

"$@"
