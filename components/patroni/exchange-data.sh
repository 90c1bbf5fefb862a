# shellcheck shell=bash
# exchange-data VERB: this member's data, exchanged for data that was restored on the operations host, and back again. An
# operator's command says what comes when, on which member (scripts/operations/recover.ts); here is what each step is.
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

# How far the data is, as "TIMELINE LSN": the LSN in decimal digits, so that members can be compared.
position() {
  local timeline checkpoint recovered
  timeline=$(control "$data_dir" "Latest checkpoint's TimeLineID")
  checkpoint=$(control "$data_dir" "Latest checkpoint location")
  recovered=$(control "$data_dir" "Minimum recovery ending location")
  checkpoint=$(decimal "${checkpoint:-0/0}")
  recovered=$(decimal "${recovered:-0/0}")
  echo "${timeline:-0} $((checkpoint > recovered ? checkpoint : recovered))"
}

decimal() { echo $(((16#${1%/*} << 32) + 16#${1#*/})); }

# take BYTES: a copy of the restored data beside this member's own, checked page by page. The server may run meanwhile, and
# its volume must not come near the point from which on WAL files are let go.
take() {
  local total available
  read -r total available < <(df --output=size,avail --block-size=1 "$(dirname "$incoming")" | tail -n 1)
  ((available - $1 >= total * (keep_free + 5) / 100)) ||
    refuse "$(hostname) has $((available >> 20)) MiB free, and $(($1 >> 20)) MiB come on it, of which $((keep_free + 5)) % of its volume have to stay free"
  trap 'rm -rf "$incoming"' EXIT
  rm -rf "$incoming"
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

# stopped: that no server has this data open any more, whatever Patroni did or did not do.
stopped() {
  local pid
  pid=$(head -n 1 "$data_dir/postmaster.pid" 2>/dev/null) || return 0
  if [[ $(readlink "/proc/$pid/exe") != "$bin_dir/postgres" ]]; then return 0; fi
  refuse "PostgreSQL still runs on $(hostname), process $pid"
}

# exchange: prints where the data of before is.
exchange() {
  stopped
  [[ -e $incoming/PG_VERSION ]] || refuse "there is no restored data on $(hostname)"
  local folder
  folder=$kept/$(date --utc +%Y%m%dT%H%M%SZ)
  install -d -o postgres -g postgres -m 0700 "$kept"
  mv "$data_dir" "$folder"
  mv "$incoming" "$data_dir"
  sync --file-system "$data_dir"
  echo "$folder"
}

# back FOLDER: that data again. The recovered one may have led, and then its timelines are in the archive: this one goes on
# with a number that none of them has. PostgreSQL finds that by the history files that it can get.
back() {
  stopped
  [[ -e $1/PG_VERSION ]] || refuse "there is no data of before in $1"
  local histories=$kept/histories recovered=$kept/recovered
  rm -rf "$histories" "$recovered"
  install -d -o postgres -g postgres -m 0700 "$histories"
  # A member that an interrupted command left without data has none.
  if [[ -d $data_dir/pg_wal ]]; then
    find "$data_dir/pg_wal" -maxdepth 1 -name '*.history' -exec cp --preserve=ownership {} "$histories" \;
    mv "$data_dir" "$recovered"
  fi
  mv "$1" "$data_dir"
  new_timeline "$histories"
  keep_histories "$histories"
  rm -rf "$histories" "$recovered"
}

# A standby of before asks for the history of every number up to the new one, and the archive has none of those that never
# led.
keep_histories() {
  local name
  for name in "$1"/*.history; do
    name=${name##*/}
    if [[ ! -e $1/$name || -e $data_dir/pg_wal/$name ]]; then continue; fi
    cp --preserve=ownership "$1/$name" "$data_dir/pg_wal/$name"
    as_server touch "$data_dir/pg_wal/archive_status/$name.ready"
  done
}

new_timeline() {
  local deadline=$((SECONDS + 3600)) options=(
    "-c listen_addresses=''" "-c unix_socket_directories=$kept" "-c primary_conninfo=''" "-c synchronous_standby_names=''"
    "-c recovery_target_timeline=current" "-c restore_command='cp $1/%f \"%p\"'"
  )
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

# The folders with data of before.
list() { find "$kept" -mindepth 1 -maxdepth 1 -type d -name '2*Z' 2>/dev/null | sort || true; }

case $1 in
take | back) "$1" "$2" ;;
position | stopped | exchange | alone | begin | anew | list) "$1" ;;
discard) rm -rf "$incoming" ;;
confirm) rm -rf "$kept" ;;
*) refuse "exchange-data knows nothing of \"$1\"" ;;
esac
