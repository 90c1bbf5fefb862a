# shellcheck shell=bash
# Variables: role, packages, time_zone, suite (an older Debian release to take PostgreSQL from, or empty),
# pgdg (yes or no), container and grafana (yes or no), locales (to generate), data_root, data_gib (of the data volume, or empty).

validate() {
  [[ -e /usr/share/zoneinfo/$time_zone ]] ||
    fail "this host does not know the time zone $time_zone" "set os.timeZone to its newer name, as in the package tzdata"
  command -v nft >/dev/null || { package_sources; packages nftables; }
  nft --check --file "$root/etc/nftables.conf" ||
    fail "the firewall's rules are not accepted by nft" "check the addresses in the configuration"
}

# User and group numbers are fixed, because a data volume outlives the host that wrote to it.
account() {
  getent group "$1" >/dev/null || groupadd --system --gid "$2" "$1"
  getent passwd "$1" >/dev/null ||
    useradd --system --uid "$2" --gid "$1" --home-dir "$3" --no-create-home --shell "$4" "$1"
}

package_sources() {
  if [[ -n $suite && ! -e /etc/apt/sources.list.d/$suite.list ]]; then
    # The same archive that this host already uses, one release back, and only for what is not in its own.
    local archive
    apt-get -qq -o DPkg::Lock::Timeout=300 update
    archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed -n 1p)
    printf 'deb %s %s main\n' "$archive" "$suite" >"/etc/apt/sources.list.d/$suite.list"
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' "$suite" >"/etc/apt/preferences.d/$suite"
  fi
  if [[ $pgdg == yes && ! -e /etc/apt/sources.list.d/pgdg.sources && ! -e /etc/apt/sources.list.d/pgdg.list ]]; then
    packages postgresql-common
    /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y >"$work/pgdg" 2>&1 ||
      fail "could not set up PostgreSQL's own package archive" "check this host's way to it, or set postgres.source to debian"
  fi
}

# What databases sort by: a locale that is not generated cannot be named when one is created.
locales() {
  local locale
  for locale in $locales; do
    if grep -qixF -- "${locale//UTF-8/utf8}" <<<"$(locale --all-locales)"; then continue; fi
    localedef --inputfile "${locale%.*}" --charmap "${locale#*.}" "$locale" ||
      fail "the locale $locale cannot be generated" "name another one in databases, like C.UTF-8 or en_US.UTF-8"
  done
}

# What belongs to the machine: its clock and its kernel.
machine() {
  local key value skipped=()
  if [[ $container == yes ]]; then
    skipped+=("clock: the machine below sets it, a container cannot")
  else
    systemctl enable --quiet --now chrony.service
  fi
  while read -r key _ value; do
    [[ $key == \#* ]] && continue
    sysctl --quiet --write "$key=$value" 2>/dev/null && continue
    [[ $container == yes ]] || fail "the kernel refuses $key=$value" "remove the setting or use another kernel"
    skipped+=("kernel $key=$value: the machine below sets it, a container cannot")
  done </etc/sysctl.d/60-holdfast.conf
  printf '%s\n' "${skipped[@]}" >"$state/skipped"
}

# A volume that was made larger: its file system follows, while it is in use.
grow() {
  local device size=0 deadline=$((SECONDS + 60))
  [[ -n $data_gib ]] || return 0
  device=$(findmnt --noheadings --output SOURCE --mountpoint "$data_root") || return 0
  until size=$(blockdev --getsize64 "$device") && ((size >= data_gib * 1024 ** 3)); do
    ((SECONDS < deadline)) ||
      fail "the volume $device at $data_root has $((size / 1024 ** 3)) GiB, and $data_gib are configured" "see whether it was made larger, and run the update again"
    sleep 1
  done
  resize2fs "$device" >"$work/resize" 2>&1 ||
    fail "the file system on $device does not grow with its volume: $(tail -n 1 "$work/resize")" "look at it on the host: resize2fs $device"
}

apply() {
  account postgres 5432 /var/lib/postgresql /bin/bash
  account etcd 2379 /var/lib/etcd /usr/sbin/nologin
  # Among the numbers of the system's own users, or its packages do not take it for theirs.
  account prometheus 543 /var/lib/prometheus /usr/sbin/nologin
  if [[ $role == operations ]]; then account barman 5433 /var/lib/barman /bin/bash; fi
  if [[ $grafana == yes ]]; then account grafana 544 /usr/share/grafana /usr/sbin/nologin; fi
  mkdir -p /etc/postgresql-common
  [[ -e /etc/postgresql-common/createcluster.conf ]] ||
    printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
  package_sources
  # shellcheck disable=SC2086 # a list of package names
  packages $packages
  # shellcheck disable=SC2086 # a list of package names
  release_others $packages
  nft --file /etc/nftables.conf
  systemctl is-enabled --quiet nftables.service || systemctl enable --quiet nftables.service
  locales
  machine
  grow
  ln -sf "/usr/share/zoneinfo/$time_zone" /etc/localtime
  printf '%s\n' "$time_zone" >/etc/timezone
  if changed /etc/ssh/sshd_config.d/60-holdfast.conf; then systemctl reload ssh; fi
  if changed /etc/systemd/journald.conf.d/60-holdfast.conf; then systemctl restart systemd-journald; fi
}

verify() {
  sshd -T >"$work/sshd" || fail "sshd does not accept its configuration" "look at /etc/ssh/sshd_config.d" ssh
  grep -qx 'passwordauthentication no' "$work/sshd" || fail "sshd still takes passwords" "look at /etc/ssh/sshd_config.d"
  nft list table inet holdfast >/dev/null || fail "the firewall is not loaded" "run the update again"
}
