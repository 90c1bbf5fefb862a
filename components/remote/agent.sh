#!/bin/bash
# Holdfast's hand on a host. The program sends it once, then speaks to it in short commands, so that what a
# preview or an error shows is a line and not a page:
#
#   agent stage COMPONENT BUNDLE   keep the files on standard input aside (nothing changes for the daemon yet)
#   agent activate COMPONENT       validate what is staged, put it in place, make the daemon use it, ask it back
#
#   agent verify COMPONENT         only ask its daemon whether it uses what it was given
#   agent maintenance on|off ROLE  stop the services of this host until "off", which activates everything again
#   agent keys                     make the missing private keys of "PATH OWNER:GROUP NAME" lines, print requests
#   agent drift                    print what is no longer as it was staged, and change nothing
#   agent certificates             print "PATH END" for every certificate of this host, the end as in 2027-01-31T12:00:00Z
#
# A bundle is text: a header line "PATH OWNER:GROUP MODE" a file, then its lines, each behind two spaces; "end" at its end.
# A component brings a script of its own, staged as COMPONENT.sh, which may define
#   validate  (files below $root are as they will be)    apply  (files are in place)    verify  (daemon agrees)
# When one of them fails, the files of before are put back and apply runs again for them. Where its daemon keeps
# configuration elsewhere than in files, "differences" shows what has become of that.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
# The administrator's home, from where SSH starts this, is closed to postgres, and its psql of before 16 says so each time.
cd /

# Other folders are for trying the agent out without touching the machine; on a host sudo lets no such variable in.
readonly state=${HOLDFAST_STATE:-/var/lib/holdfast}
readonly scripts=${HOLDFAST_SCRIPTS:-/usr/local/lib/holdfast}
readonly policy=${HOLDFAST_POLICY:-/usr/sbin/policy-rc.d}

# Components whose units are out of service in maintenance. etcd goes on, since its vote is still needed, and so does
# whatever the rest of the cluster gets from this host.
readonly OUT_OF_SERVICE="patroni roles haproxy pgbouncer"

say() { printf '%s\n' "$*"; }

# fail CAUSE NEXT [UNIT]: ends the step with all that a person needs to go on.
fail() {
  {
    printf 'host %s, step %s: %s\n' "$(hostname)" "${component:-agent}" "$1"
    if [[ -n ${3:-} ]]; then
      printf 'last lines of %s:\n' "$3"
      journalctl --unit "$3" --lines 15 --no-pager --output cat 2>/dev/null | sed 's/^/  /' || true
    fi
    printf 'next: %s\n' "$2"
  } >&2
  exit 1
}

# wait_until SECONDS COMMAND...: polls a condition five times a second.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then return 1; fi
    sleep 0.2
  done
}

# listens ADDRESS:PORT: whether something accepts connections there.
listens() { timeout 2 bash -c '</dev/tcp/'"${1%:*}/${1##*:}" 2>/dev/null; }

stage() {
  component=$1
  local target=$state/staged/$1/$2 incoming=$state/incoming/$1.$2
  # A bundle may hold secrets; a file gets its own owner and mode when it is put in place.
  umask 077
  rm -rf "$incoming"
  mkdir -p "$incoming" "$state/locks"
  # A connection that breaks ends the text as well: half of a bundle would take files for unwanted.
  awk -v root="$incoming" '
    /^\// { number++; print > (root "/manifest"); file = root "/" number; printf "" > file; next }
    /^  / { print substr($0, 3) > file; next }
    $0 == "end" { whole = 1; next }
    /./   { print "unexpected line in bundle: " NR > "/dev/stderr"; exit 1 }
    END   { if (!whole) { print "the bundle has no end" > "/dev/stderr"; exit 1 } }
  ' || fail "the bundle \"$2\" could not be read" "run the update again; if it fails again, report it"
  touch "$incoming/manifest"
  # An activation that was left over from a killed update may be reading the one of before.
  exec 9>"$state/locks/$1"
  flock -w 45 9 || fail "another update holds the lock of this component" "wait for it to end, then run the update again"
  mkdir -p "$(dirname "$target")"
  rm -rf "$target"
  mv "$incoming" "$target"
  say "staged $(wc -l <"$target/manifest") files"
}

sum_of() { sha256sum <"$1" | cut -c1-64; }

# Builds the tree of all staged files below $root and their list, "SHA PATH", in $wanted.
assemble() {
  local bundle path owner mode number
  : >"$wanted"
  for bundle in "$state/staged/$component"/*/; do
    number=0
    while read -r path owner mode; do
      number=$((number + 1))
      install -D -o "${owner%:*}" -g "${owner#*:}" -m "$mode" "$bundle$number" "$root$path" ||
        fail "could not write $path for $owner" "check that the user and group exist on this host"
      printf '%s %s\n' "$(sum_of "$bundle$number")" "$path" >>"$wanted"
    done <"${bundle}manifest"
  done
}

# changed PATH...: whether the daemon has not yet used one of these files as it is now.
changed() {
  local path
  for path in "$@"; do
    if grep -qxF -- "$path" "$changes"; then return 0; fi
  done
  return 1
}

# as_staged PATH: whether a file in place has the content, owner and mode of the assembled one.
as_staged() {
  cmp -s "$root$1" "$1" && [[ $(stat -c '%u:%g:%a' "$root$1") == $(stat -c '%u:%g:%a' "$1") ]]
}

put_in_place() {
  local sum path
  : >"$changes"
  while read -r sum path; do
    if ! grep -qxF -- "$sum $path" "$recorded"; then printf '%s\n' "$path" >>"$changes"; fi
    if as_staged "$path"; then continue; fi
    remember "$path"
    mkdir -p "$(dirname "$path")"
    replace "$root$path" "$path" || fail "could not write $path" "see whether its file system has space (df -h) and can be written, then run the update again"
    printf '%s\n' "$path" >>"$changes"
    say "wrote $path"
  done <"$wanted"
  while read -r sum path; do
    # Not in a pipe: grep ends at the first match, and the broken pipe would count as "not wanted any more".
    if [[ -e $path ]] && ! grep -qxF -- "$path" <(cut -d' ' -f2- "$wanted"); then
      remember "$path"
      rm -f "$path"
      printf '%s\n' "$path" >>"$changes"
      say "removed $path"
    fi
  done <"$recorded"
  read_units
}

# replace NEW PATH: whole or not at all.
replace() {
  cp -p "$1" "$2.holdfast" || { rm -f "$2.holdfast"; return 1; }
  # /etc/hosts and the like may be mounts of their own, which a rename cannot replace.
  mv -f "$2.holdfast" "$2" 2>/dev/null || { cat "$2.holdfast" >"$2" && rm -f "$2.holdfast"; }
}

# A changed unit is in effect from its next start on; systemd has to have read it by then.
read_units() {
  if grep -q '^/etc/systemd/system/' "$changes"; then systemctl daemon-reload; fi
}

# Keeps the file of before, and takes back the record that the daemon uses it: whatever interrupts this update, the
# next one makes the daemon read the file again, or removes it when nobody wants it any more. What was there before the
# first of several interrupted ones is what the last goes back to. A file is named only once its copy is whole: one that
# is named and has none is one that was not there.
remember() {
  if [[ -e $before/touched ]] && grep -qxF -- "$1" "$before/touched"; then return 0; fi
  if [[ -e $1 ]]; then
    mkdir -p "$before/files$(dirname "$1")"
    replace "$1" "$before/files$1" || no_space
  fi
  path=$1 awk '$2 != ENVIRON["path"]; END { print "- " ENVIRON["path"] }' "$recorded" >"$recorded.new" || no_space
  mv "$recorded.new" "$recorded"
  printf '%s\n' "$1" >>"$before/touched"
}

roll_back() {
  local path left=""
  [[ -s $before/touched ]] || return 0
  while read -r path; do
    if [[ ! -e $before/files$path ]]; then
      rm -f "$path"
    elif ! cmp -s "$before/files$path" "$path" || [[ $(access "$before/files$path") != "$(access "$path")" ]]; then
      replace "$before/files$path" "$path" || left+=" $path"
    fi
  done <"$before/touched"
  read_units
  if [[ -n $left ]]; then
    say "COULD NOT PUT BACK$left: the files of before are below $before/files; the next activation tries again" >&2
    return 1
  fi
  say "put back the files of before" >&2
}

# Everything that a component's own functions are called with; the files below $root are as they will be.
prepare() {
  component=$1
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  root=$work/root wanted=$work/wanted changes=$work/changes recorded=$state/active/$component
  mkdir "$root"
  : >"$changes"
  touch "$recorded"
  validate() { :; }
  apply() { :; }
  verify() { :; }
  assemble
  local own=$root$scripts/$component.sh
  if [[ -e $own ]]; then
    # shellcheck source=/dev/null
    source "$own"
  fi
}

activate() {
  component=$1
  mkdir -p "$state/active" "$state/locks"
  exec 9>"$state/locks/$component"
  flock -w 120 9 || fail "another update holds the lock of this component" "wait for it to end, then run the update again"
  if [[ -e $state/maintenance && " $OUT_OF_SERVICE " == *" $component "* ]]; then
    say "this host is in maintenance: the files are kept aside until it ends"
    return 0
  fi
  prepare "$component"
  before=$state/before/$component
  (umask 077 && mkdir -p "$before") && { [[ -e $before/recorded ]] || replace "$recorded" "$before/recorded"; } || no_space
  # "timeout" tells all of this step to end: the stage that runs does, and here what it did is put right.
  trap : TERM
  # From here on "set -e" is off, because bash ignores it in everything that "if" or "||" calls; attempt brings
  # it back for each stage.
  set +e
  attempt validate
  if ((outcome)); then exit 1; fi
  attempt put_in_place
  if ((!outcome)); then attempt apply; fi
  if ((!outcome)); then attempt verify; fi
  if ((outcome)); then
    attempt_to_return
    exit 1
  fi
  replace "$wanted" "$recorded" || no_space
  rm -rf "$before"
}

no_space() { fail "could not write below $state" "make space there (df -h), then run the update again"; }

attempt() {
  (
    set -e
    "$1"
  )
  outcome=$?
  # 128 and the number of TERM.
  if ((outcome == 143)); then
    (fail "it was ended in \"$1\", because it took too long or somebody interrupted it" "look at the daemon's log, then run the update again")
  fi
}

attempt_to_return() {
  outcome=0
  roll_back || return
  if [[ -s $before/touched && -s $before/recorded ]]; then attempt apply; fi
  if ((!outcome)); then
    replace "$before/recorded" "$recorded" || no_space
    rm -rf "$before"
  fi
}

# Prints what differs from what was staged last: a line "SUBJECT COMPONENT BUNDLE STATE CONTENT WANTED FOUND" each, with
# owner:group:mode as it should be and as it is, then the lines of the difference, each behind two spaces.
drift() {
  local folder
  # In maintenance files are kept aside on purpose.
  if [[ -e $state/maintenance ]]; then return 0; fi
  mkdir -p "$state/locks"
  for folder in "$state"/staged/*/; do
    if [[ -d $folder ]]; then (drift_of "$(basename "$folder")"); fi
  done
}

drift_of() {
  component=$1
  exec 9>"$state/locks/$component"
  flock --shared -w 5 9 || fail "an update holds the lock of this component" "wait for it to end, then ask again"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  root=$work/root wanted=$work/wanted recorded=$state/active/$component
  mkdir "$root"
  assemble
  local bundle path what content
  for bundle in "$state/staged/$component"/*/; do
    while read -r path _; do
      what=changed content=same
      if [[ ! -e $path ]]; then what=missing; fi
      # What was staged and never used is no one's edit: an update runs, or did not end. It may be in place already, and
      # the daemon not know of it.
      if ! grep -qxF -- "$(sum_of "$root$path") $path" "$recorded" 2>/dev/null; then what=waiting; fi
      if [[ $what == changed ]] && as_staged "$path"; then continue; fi
      if ! cmp -s "$root$path" "$path"; then content=differs; fi
      say "$path $component $(basename "$bundle") $what $content $(access "$root$path") $(access "$path")"
      if [[ $content == differs && -e $path && $(basename "$bundle") != secrets ]]; then difference "$root$path" "$path"; fi
    done <"${bundle}manifest"
  done
  differences() { :; }
  if [[ -e $root$scripts/$component.sh ]]; then
    # shellcheck source=/dev/null
    source "$root$scripts/$component.sh"
  fi
  differences
}

access() { stat -c '%U:%G:%04a' "$1" 2>/dev/null || say -; }

# difference WANTED FOUND
difference() { diff --unified --label "as configured" --label "on the host" "$1" "$2" | sed 's/^/  /' || true; }

# Only what an upgrade would restart under the cluster is kept from upgrades: all else gets its security updates.
readonly HELD='^(postgresql|patroni|etcd|haproxy|pgbouncer)'

# packages NAME...: installs what is missing, and keeps automatic upgrades away from the cluster's daemons.
packages() {
  local name missing=()
  # Left behind by an installation that was killed.
  if grep -qs 'Holdfast' "$policy"; then rm -f "$policy"; fi
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  if ((${#missing[@]})); then
    say "installing ${missing[*]}"
    (install_packages "${missing[@]}") >"$work/apt" 2>&1 || {
      tail -n 8 "$work/apt" >&2
      fail "could not install ${missing[*]}" "check this host's package sources and its way to them, then run the update again"
    }
  fi
  dpkg-query -W -f '${Package}\n' "$@" | { grep -E "$HELD" || true; } | xargs -r apt-mark -qq hold >/dev/null
}

# release_others NAME...: earlier versions held whatever they installed. Once for each pattern, so that what somebody
# holds by hand from then on stays held.
release_others() {
  if [[ $(cat "$state/held" 2>/dev/null) == "$HELD" ]]; then return 0; fi
  comm -12 <(printf '%s\n' "$@" | grep -vE "$HELD" | sort) <(apt-mark showhold | sort) | xargs -r apt-mark -qq unhold >/dev/null
  printf '%s\n' "$HELD" >"$state/held"
}

# In a shell of its own, whose end takes the policy away again.
install_packages() {
  local options=(-qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 --no-install-recommends)
  # A package that starts its daemon with the distribution's example file would take the ports of the real one. A
  # policy that is there already is the machine's own, and stays in force.
  if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\n# Holdfast installs packages: nothing starts by itself.\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  # An installation that was interrupted has to be ended before another one.
  dpkg --configure -a && apt-get -qq -o DPkg::Lock::Timeout=300 update && apt-get install -y "${options[@]}" "$@"
}

# service UNIT [--reload PATH]... [--restart PATH]...: runs the unit, and makes it take up the files that changed.
service() {
  local unit=$1 action="" path
  shift
  while (($#)); do
    path=$2
    if changed "$path"; then
      if [[ $1 == --restart ]]; then action=restart; elif [[ $action != restart ]]; then action=reload; fi
    fi
    shift 2
  done
  # To enable what is enabled takes half a second all the same.
  systemctl is-enabled --quiet "$unit" || systemctl enable --quiet "$unit"
  if ! systemctl is-active --quiet "$unit"; then action=restart; fi
  if [[ -z $action ]]; then return 0; fi
  say "$action $unit"
  systemctl reset-failed "$unit" 2>/dev/null || true
  systemctl "$action" ${no_block:+--no-block} "$unit" || fail "$unit did not $action" "mend the cause that its log names, then run the update again" "$unit"
}

# scheduled_job NAME: its timer runs, and since when it is to run is noted: one that never does is missed by that.
scheduled_job() {
  service "$1.timer" --restart "/etc/systemd/system/$1.timer"
  python3 -B "$scripts/job.py" schedule "$1"
}

# retire COMPONENT UNIT: what is no longer configured stops, and its files go; its data stays.
retire() {
  local path
  [[ -d $state/staged/$1 ]] || return 0
  say "$1 is no longer configured: $2 stops"
  if systemctl is-enabled --quiet "$2" || systemctl is-active --quiet "$2"; then
    systemctl disable --quiet --now "$2" || fail "$2 did not stop" "mend the cause that its log names, then run the update again" "$2"
  fi
  if [[ -e $state/active/$1 ]]; then
    while read -r _ path; do rm -f "$path"; done <"$state/active/$1"
  fi
  rm -rf "$state/active/$1" "$state/before/$1" "$state/staged/$1"
  systemctl daemon-reload
}

# In the order in which they stop.
units_of() {
  case $1 in
  database) echo patroni.service ;;
  proxy) echo pgbouncer@writer.service pgbouncer@reader.service haproxy.service ;;
  esac
}

# One that began before the mark was there would start its service again.
wait_for_activations() {
  local each
  mkdir -p "$state/locks"
  for each in $OUT_OF_SERVICE; do
    flock -w 120 "$state/locks/$each" true || fail "an update activates $each" "wait for it to end, then run the command again"
  done
}

# What is out of service by order shall wake nobody: told before anything stops.
tell_maintenance() { if [[ -x $scripts/host-metrics ]]; then "$scripts/host-metrics" || true; fi; }

maintenance() {
  component=maintenance
  local unit each
  if [[ $1 == on ]]; then
    touch "$state/maintenance"
    tell_maintenance
    wait_for_activations
    for unit in $(units_of "$2"); do
      systemctl disable --quiet --now "$unit" || fail "$unit did not stop" "mend the cause that its log names, then run the command again" "$unit"
    done
    return 0
  fi
  rm -f "$state/maintenance"
  tell_maintenance
  # In this order each finds what it builds on; the host may have none of some of them.
  for each in $OUT_OF_SERVICE; do
    if [[ -d $state/staged/$each ]]; then "$0" activate "$each"; fi
  done
}

# Private keys are made here and stay here; what leaves is a request for a certificate.
keys() {
  component=tls
  local path owner name
  while read -r path owner name; do
    install -d -o "${owner%:*}" -g "${owner#*:}" -m 0750 "$(dirname "$path")"
    if [[ ! -s $path.key ]]; then
      (umask 077 && openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$path.key.new")
      chown "$owner" "$path.key.new"
      mv "$path.key.new" "$path.key"
    fi
    printf '%s\n' "$path"
    openssl req -new -key "$path.key" -subj "/CN=$name" || fail "could not make a request for $path" "check openssl on this host"
  done
}

# ssh_key PATH OWNER: makes the key pair if it is missing, and prints the public half; the private one stays.
ssh_key() {
  component=ssh-key
  install -d -o "${2%:*}" -g "${2#*:}" -m 0700 "$(dirname "$1")"
  [[ -s $1 ]] || ssh-keygen -q -t ed25519 -N "" -C "${1##*/}@$(hostname)" -f "$1" ||
    fail "could not make an SSH key at $1" "check ssh-keygen on this host"
  chown "$2" "$1" "$1.pub"
  cat "$1.pub"
}

# A file of authorities may hold several certificates: each has a line.
certificates() {
  local path line pem
  while read -r _ path; do
    if [[ $path != *.crt || ! -e $path ]]; then continue; fi
    pem=""
    while IFS= read -r line; do
      pem+=$line$'\n'
      if [[ $line != *"END CERTIFICATE"* ]]; then continue; fi
      printf '%s %s\n' "$path" "$(openssl x509 -noout -enddate -dateopt iso_8601 <<<"$pem" | sed 's/^notAfter=//; s/ /T/')"
      pem=""
    done <"$path"
  done < <(sort -k 2 "$state/active/tls" 2>/dev/null)
}

case ${1:-} in
keys) keys ;;
ssh-key) ssh_key "$2" "$3" ;;
certificates) certificates ;;
stage) stage "$2" "$3" ;;
activate) activate "$2" ;;
maintenance) maintenance "$2" "$3" ;;
drift) drift ;;
verify)
  prepare "$2"
  verify
  ;;
*) fail "unknown command \"${1:-}\"" "use keys, ssh-key, certificates, stage, activate, verify, drift or maintenance" ;;
esac
