#!/bin/bash
# floor.sh save|build FOLDER STACK: what a cluster costs without an engine, certificates to sign and SSH.
#
# "save" copies what the hosts of a running lab were given; "build" makes the same containers anew, empty, gives them
# that, and runs the same agent on it, all by this one script. The lab must be destroyed in between.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$2 stack=$3
DATABASES="db-1 db-2 db-3" PROXIES="proxy-1 proxy-2" ALL="db-1 db-2 db-3 proxy-1 proxy-2 ops-1"

inside() { podman exec --interactive "holdfast-$stack-$1" "${@:2}"; }
agent() { inside "$1" /usr/local/lib/holdfast/agent activate "$2" >/dev/null; }

# each HOSTS COMMAND...: on all at the same time; fails when one of them fails.
each() {
  local host pids=() pid
  for host in $1; do
    "${@:2}" "$host" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

save_host() {
  # shellcheck disable=SC2016 # the host expands it
  inside "$1" sh -c 'cd / && tar cf - usr/local/lib/holdfast var/lib/holdfast/staged $(ls -d etc/*/tls etc/holdfast 2>/dev/null)' >"$folder/$1.tar"
  podman inspect "holdfast-$stack-$1" --format \
    'HOST={{.Config.Hostname}} IMAGE={{.ImageName}} MEMORY_MIB={{.HostConfig.Memory}} CPUS={{.HostConfig.NanoCpus}}' >"$folder/$1.env"
  podman inspect "holdfast-$stack-$1" --format '{{range $name, $network := .NetworkSettings.Networks}}ADDRESS={{$network.IPAddress}} {{end}}' >>"$folder/$1.env"
  podman inspect "holdfast-$stack-$1" --format '{{range $port, $bound := .HostConfig.PortBindings}}{{range $bound}}{{.HostPort}}:{{$port}} {{end}}{{end}}' |
    sed 's|/tcp||g' >"$folder/$1.ports"
}

make_host() {
  # shellcheck disable=SC1090,SC2046 # written by save_host
  export $(cat "$folder/$1.env") PORTS STACK=$stack NETWORK=holdfast-$stack VOLUME=""
  PORTS=$(cat "$folder/$1.ports")
  MEMORY_MIB=$((MEMORY_MIB / 1048576)) CPUS=$(awk "BEGIN { print $CPUS / 1e9 }")
  if [[ $1 != proxy-* ]]; then VOLUME=holdfast-$stack-$1; fi
  bash infra/local/host.sh create "holdfast-$stack-$1" </dev/null >/dev/null
  inside "$1" tar xf - -C / <"$folder/$1.tar"
  agent "$1" os
  agent "$1" tls
}

etcd() { agent "$1" etcd; }
patroni() { agent "$1" patroni; }
roles() { agent "$1" roles; }
proxy() {
  agent "$1" haproxy
  agent "$1" pgbouncer
}

save() {
  mkdir -p "$folder"
  podman network inspect "holdfast-$stack" --format '{{range .Subnets}}{{.Subnet}}{{end}}' >"$folder/subnet"
  each "$ALL" save_host
}

build() {
  bash infra/local/network.sh create "holdfast-$stack" "$(cat "$folder/subnet")" "$stack"
  each "$ALL" make_host
  each "$PROXIES" proxy &
  local proxies=$!
  each "$DATABASES" etcd
  agent db-1 patroni-dynamic
  each "$DATABASES" patroni
  each "$DATABASES" roles
  wait "$proxies"
}

"$1"
