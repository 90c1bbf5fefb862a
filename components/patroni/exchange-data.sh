# shellcheck shell=bash
# exchange-data VERB: this member's data, exchanged for data that was restored on the operations host, and back again. An
# operator's command says what comes when, on which member (scripts/operations/exchange.ts); here is what each step is.
# Variables: data_dir, bin_dir, incoming (folder), kept (folder of folders), operations (host), account (there), keep_free (%),
# etcdctl, keys (before each of Patroni's keys of this cluster).
set -euo pipefail
cd /

refuse() {
  echo "$1" >&2
  exit 1
}

as_server() { runuser -u postgres -- "$@"; }

# control FOLDER WORDS: what pg_controldata says behind these words; nothing where the data is not even good for that.
control() { LC_ALL=C "$bin_dir/pg_controldata" "$1" 2>/dev/null | sed -n "s/^$2: *//p" || true; }

# The timeline that the data is on; 0 where it is not even good for telling that.
timeline() {
  local found
  found=$(control "$data_dir" "Latest checkpoint's TimeLineID")
  echo "${found:-0}"
}

# room BYTES: whether so much fits beside this member's own data, without its volume coming near the point from which on WAL
# files are let go.
room() {
  local total available
  read -r total available < <(df --output=size,avail --block-size=1 "$(dirname "$incoming")" | tail -n 1)
  ((available - $1 >= total * (keep_free + 5) / 100)) ||
    refuse "$(hostname) has $((available >> 20)) MiB free, and $(($1 >> 20)) MiB come on it, of which $((keep_free + 5)) % of its volume have to stay free: enlarge it, or delete what is kept from an earlier recovery (./holdfast restore confirm)"
}

# take BYTES: a copy of the restored data beside this member's own, checked page by page. The server may run meanwhile.
take() {
  # A copy goes on when nobody waits any more.
  exec 9>"$incoming.lock"
  flock --nonblock 9 || refuse "another copy is under way on $(hostname): wait for its end"
  trap 'rm -rf "$incoming"' EXIT
  rm -rf "$incoming"
  room "$1"
  install -d -o postgres -g postgres -m 0700 "$incoming"
  as_server ssh -T "$account@$operations" send-recovered | as_server tar --extract --directory "$incoming"
  as_server "$bin_dir/pg_checksums" --check --pgdata "$incoming" >&2
  [[ $(control "$incoming" "Database cluster state") == "shut down" ]] || refuse "the restored data was not closed in good order"
  local own
  own=$(control "$data_dir" "Database system identifier")
  [[ -z $own || $own == "$(control "$incoming" "Database system identifier")" ]] || refuse "the restored data is another cluster's"
  sync --file-system "$incoming"
  trap - EXIT
}

# discard: a copy that is not wanted. One that still comes in ends when what it is copied from is gone, and takes itself away.
discard() {
  exec 9>"$incoming.lock"
  flock --wait 30 9 || refuse "a copy is under way on $(hostname): end it with ./holdfast restore stop cluster"
  rm -rf "$incoming"
}

# stopped: that no server has this data open any more, whatever Patroni did or did not do.
stopped() {
  local deadline=$((SECONDS + 120))
  while runs; do
    if ((SECONDS > deadline)); then refuse "PostgreSQL still runs on $(hostname), process $(head -n 1 "$data_dir/postmaster.pid")"; fi
    sleep 0.2
  done
  if systemctl is-active --quiet patroni; then refuse "Patroni runs again on $(hostname)"; fi
}

runs() {
  local pid
  pid=$(head -n 1 "$data_dir/postmaster.pid" 2>/dev/null) || return 1
  # The program itself may have been replaced by an upgrade since.
  [[ $(readlink "/proc/$pid/exe") == "$bin_dir/postgres"* && $(readlink "/proc/$pid/cwd") == "$data_dir" ]]
}

# exchange FOLDER: there is where the data of before is from then on.
exchange() {
  stopped
  [[ -e $incoming/PG_VERSION ]] || refuse "there is no restored data on $(hostname)"
  install -d -o postgres -g postgres -m 0700 "$kept"
  mv "$data_dir" "$1"
  mv "$incoming" "$data_dir" || { mv "$1" "$data_dir"; refuse "the restored data cannot be moved on $(hostname)"; }
  sync --file-system "$data_dir"
}

# back FOLDER NEWEST: that data again, from whichever step an attempt before this one has come to; nothing when nothing was
# exchanged. The other data may have led, and then its timelines, up to NEWEST, are in the archive: this data goes on with a
# number that none of them has. PostgreSQL finds that by the history files that it can get.
back() {
  stopped
  local marker=$kept/returning histories=$kept/histories leaving=$kept/leaving
  if [[ ! -e $marker ]]; then
    if [[ ! -e $1/PG_VERSION && -e $data_dir/PG_VERSION ]]; then return 0; fi
    [[ -e $1/PG_VERSION ]] || refuse "there is no data of before in $1"
    rm -rf "$histories" "$leaving" "$kept/renumbered"
    install -d -o postgres -g postgres -m 0700 "$histories"
    if [[ -d $data_dir/pg_wal ]]; then
      find "$data_dir/pg_wal" -maxdepth 1 -name '*.history' -exec cp --preserve=ownership {} "$histories" \;
    fi
    echo "$1" >"$marker.new"
    sync "$marker.new"
    mv "$marker.new" "$marker"
  fi
  if [[ -e $1 ]]; then
    if [[ -e $data_dir ]]; then mv "$data_dir" "$leaving"; fi
    mv "$1" "$data_dir"
    sync --file-system "$data_dir"
  fi
  if [[ ! -e $kept/renumbered ]]; then
    known_up_to "$2" "$histories"
    new_timeline "$histories"
    keep_histories "$histories"
    touch "$kept/renumbered"
    sync --file-system "$data_dir"
  fi
}

# An empty file is enough for a number to count as taken.
known_up_to() {
  local number name
  number=$(timeline)
  for ((number += 1; number <= $1; number++)); do
    name=$2/$(printf '%08X' "$number").history
    if [[ ! -e $name ]]; then as_server touch "$name"; fi
  done
}

new_timeline() {
  local deadline=$((SECONDS + 3600)) options=(
    "-c listen_addresses=''" "-c unix_socket_directories=$kept" "-c primary_conninfo=''" "-c synchronous_standby_names=''"
    "-c recovery_target_timeline=current" "-c restore_command='cp $1/%f \"%p\"'"
  )
  if runs; then as_server "$bin_dir/pg_ctl" stop --silent --mode fast --wait --timeout 3600 --pgdata "$data_dir"; fi
  rm -f "$data_dir/standby.signal"
  as_server touch "$data_dir/recovery.signal"
  as_server "$bin_dir/pg_ctl" start --silent --wait --timeout 3600 --pgdata "$data_dir" --log "$kept/log" --options "${options[*]}" ||
    { tail -n 5 "$kept/log" >&2; refuse "PostgreSQL does not start with the data of before"; }
  until [[ $(as_server psql --no-psqlrc -qAtX --host "$kept" --dbname postgres --command 'SELECT pg_is_in_recovery()') == f ]]; do
    if ((SECONDS > deadline)); then refuse "the data of before was not recovered within an hour"; fi
    sleep 0.2
  done
  as_server "$bin_dir/pg_ctl" stop --silent --mode fast --wait --timeout 3600 --pgdata "$data_dir"
  rm -f "$kept/log"
}

# A standby of before asks for the history of every number up to the new one, and the archive has none of those that never
# led.
keep_histories() {
  local name
  for name in "$1"/*.history; do
    name=${name##*/}
    if [[ ! -s $1/$name || -e $data_dir/pg_wal/$name ]]; then continue; fi
    cp --preserve=ownership "$1/$name" "$data_dir/pg_wal/$name"
    as_server touch "$data_dir/pg_wal/archive_status/$name.ready"
  done
}

# settled: the cluster has the data of before again, and what went with the way there goes.
settled() { rm -rf "$kept/returning" "$kept/histories" "$kept/leaving" "$kept/renumbered"; }

# alone: Patroni starts here with nobody else, and without the cluster's memory of who led and how far: it was further.
alone() {
  local key
  for key in leader status optime/leader sync failsafe history failover; do $etcdctl del "$keys$key" >/dev/null; done
  $etcdctl del --prefix "${keys}members/" >/dev/null
  begin
}

# Marked as in maintenance until all is done, and started after a reboot all the same.
begin() {
  systemctl enable --quiet patroni
  systemctl start patroni
}

# anew: without data Patroni copies the leader's.
anew() {
  stopped
  rm -rf "$data_dir"
  begin
}

# The folders with data of before; on a way back that was interrupted, the one that it began with.
list() {
  find "$kept" -mindepth 1 -maxdepth 1 -type d -name '2*Z' 2>/dev/null | sort || true
  cat "$kept/returning" 2>/dev/null || true
}

# confirm: deletes them, where this member has other data and is in service.
confirm() {
  [[ -e $data_dir/PG_VERSION && ! -e $kept/returning ]] || refuse "$(hostname) has no other data than that"
  rm -rf "$kept" "$incoming" "$incoming.lock"
}

case $1 in
take | room | exchange) "$1" "$2" ;;
back) back "$2" "$3" ;;
timeline | stopped | alone | begin | anew | settled | list | confirm | discard) "$1" ;;
*) refuse "exchange-data knows nothing of \"$1\"" ;;
esac
