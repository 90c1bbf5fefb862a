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
    # Lost by hand: podman would make one that nobody finds again.
    podman volume exists "$VOLUME" || podman volume create --label "holdfast=$STACK" "$VOLUME" >/dev/null
    options+=(--volume "$VOLUME:/srv/data")
  fi
  podman rm --force --time 5 "$name" >/dev/null 2>&1 || true
  # Before podman tries: one that fails here takes the rules of the container along that has the port.
  for port in $PORTS; do
    if taken "${port%%:*}"; then port_taken "${port%%:*}"; fi
  done
  local output
  output=$(podman run --detach --name "$name" --label "holdfast=$STACK" --hostname "$HOST" --no-hosts \
    --network "$NETWORK:ip=$ADDRESS,mac=$(mac_of "$ADDRESS")" --memory "${MEMORY_MIB}m" --cpus "$CPUS" --shm-size 256m \
    --restart no "${options[@]}" "$IMAGE" /sbin/init 2>&1) || {
    podman rm --force "$name" >/dev/null 2>&1 || true
    if [[ $output =~ :([0-9]+):\ bind:\ address\ already\ in\ use ]]; then
      port_taken "${BASH_REMATCH[1]}"
    fi
    fail "host $HOST, step container: $name did not start: $output" \
      "mend the cause that podman names, then run the update again"
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

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

port_taken() {
  fail "host $HOST, step container: the port $1 on 127.0.0.1 is taken$(holder "$1")" \
    "end the program that has the port, or choose other ports: pulumi config set --path holdfast:local.portBase 31000"
}

# Who has a port, as far as this machine says.
holder() {
  local container process
  # shellcheck disable=SC2046 # a list of identities
  container=$(podman inspect $(podman ps --quiet) 2>/dev/null --format \
    '{{range .}}{{.Name}}{{range .HostConfig.PortBindings}}{{range .}} {{.HostPort}}{{end}}{{end}} .{{println}}{{end}}' | sed -n "s/ .* $1 .*//p; s/ $1 .*//p" | head -n 1) || container=""
  if [[ -n $container ]]; then
    printf ' by the container %s' "$container"
  elif process=$(ss --listening --tcp --numeric --processes --no-header "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\),.*/\1, process \2/p;q') && [[ -n $process ]]; then
    printf ' by %s' "$process"
  fi
}

at_most() { if [[ $2 == unlimited ]] || (($1 < $2)); then echo "$1"; else echo "$2"; fi; }

# The host makes its own SSH key at its first boot; it is there when SSH runs.
await() {
  local limit=${BOOT_SECONDS:-60} deadline
  deadline=$((SECONDS + limit))
  until podman exec "$1" sh -c 'systemctl is-active --quiet ssh && test -s /etc/ssh/ssh_host_ed25519_key.pub' 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      podman logs --tail 15 "$1" >&2 || true
      podman exec "$1" journalctl --lines 15 --no-pager >&2 || true
      fail "host $HOST, step container: $1 did not boot within $limit s" \
        "see its last lines above; a busy machine needs more time: run the update again"
    fi
    sleep 0.1
  done
}

# podman fails when a container ends by itself in the moment in which it is killed, and leaves it.
delete() { podman rm --force --ignore --time 5 "$1" >/dev/null || podman rm --force --ignore "$1" >/dev/null; }

"$@"
