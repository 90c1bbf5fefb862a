# Managed by Holdfast.
identities='/etc/etcd/tls/etcd /etc/postgresql/tls/server /etc/postgresql/tls/replicator /etc/postgresql/tls/rewind /etc/prometheus/tls/monitoring'
peers='db-1,10.77.1.11:2379,tls,/etc/etcd/tls/etcd db-1,10.77.1.11:8008,tls,/etc/postgresql/tls/server db-1,10.77.1.11:5432,postgres,/etc/postgresql/tls/replicator db-2,10.77.1.12:2379,tls,/etc/etcd/tls/etcd db-2,10.77.1.12:8008,tls,/etc/postgresql/tls/server db-2,10.77.1.12:5432,postgres,/etc/postgresql/tls/replicator db-3,10.77.1.13:2379,tls,/etc/etcd/tls/etcd db-3,10.77.1.13:8008,tls,/etc/postgresql/tls/server db-3,10.77.1.13:5432,postgres,/etc/postgresql/tls/replicator db-5,10.77.1.15:2379,tls,/etc/etcd/tls/etcd db-5,10.77.1.15:8008,tls,/etc/postgresql/tls/server db-5,10.77.1.15:5432,postgres,/etc/postgresql/tls/replicator'
reload=patroni
serves='etcd,127.0.0.1:2379,tls,/etc/etcd/tls/etcd patroni,10.77.1.14:8008,tls,/etc/postgresql/tls/server patroni,127.0.0.1:5432,postgres,/etc/postgresql/tls/server prometheus-postgres-exporter,10.77.1.14:9187,tls,/etc/prometheus/tls/monitoring prometheus-node-exporter,10.77.1.14:9100,tls,/etc/prometheus/tls/monitoring'

# shellcheck shell=bash
# Variables: identities (paths without suffix), reload (units that read certificates only when told to),
# serves (UNIT,ADDRESS,PROTOCOL,PATH: who shows which certificate here), peers (NAME,ADDRESS,PROTOCOL,PATH: whom this
# host shows which certificate to).

validate() {
  local path starts peer name address protocol refusal
  for path in $identities; do
    # Before openssl says that the whole certificate is none. It was signed a moment ago, and has an hour's margin.
    starts=$(openssl x509 -in "$root$path.crt" -noout -startdate | cut -d= -f2)
    if (($(date --date "$starts" +%s) > $(date +%s))); then
      fail "the clock of this host is wrong: it says $(date), and the certificate $path.crt is valid from $starts on" \
        "set the clock of this host (chronyc makestep) or of the machine that runs the update, then run it again"
    fi
    openssl verify -CAfile "$root$(dirname "$path")/ca.crt" "$root$path.crt" >/dev/null ||
      fail "the certificate $path.crt is not signed by the cluster's authority" "run the update again"
    [[ -s $path.key ]] ||
      fail "the private key $path.key is gone from this host" \
        "have a new one made: . ./activate && pulumi up --replace \"\$(pulumi stack --show-urns | grep -o 'urn:.*::$(hostname)-tls-keys')\""
    [[ $(openssl x509 -in "$root$path.crt" -noout -pubkey) == $(openssl pkey -in "$path.key" -pubout) ]] ||
      fail "the certificate $path.crt does not belong to the key on this host" "run the update again"
  done
  for peer in $peers; do
    IFS=, read -r name address protocol path <<<"$peer"
    # Who is not there is not asked: its own step brings it up to date.
    if ! listens "$address"; then continue; fi
    # Patroni opens its port anew while it takes its own new certificate up, and leaves who had just connected without
    # an answer. Only an answer says whether there is trust; who gives none for long, like an etcd that starts without a
    # majority, is as good as not there.
    wait_until 5 answers "$address" "$protocol" "$path" || continue
    [[ -z $refusal ]] ||
      fail "with its new certificates this host and $name ($address) would not trust each other: $refusal" \
        "change tls.authorities by updates that each succeed on all hosts: the new one added at the end, then moved to the front, then the old one taken out"
  done
}

# answers ADDRESS PROTOCOL PATH: whether a daemon there says something to the new certificate. With a no, by the word of
# either side, $refusal is why.
answers() {
  refusal=""
  handshake "$1" "$2" "$3" "$root$3.crt" "$root$(dirname "$3")/ca.crt" ||
    refusal=$(grep -m 1 -E 'verify error|alert' "$work/handshake")
}

# handshake ADDRESS PROTOCOL PATH CERTIFICATE AUTHORITIES: what a daemon there answers is left in $work/handshake. With
# TLS 1.2 it is part of the handshake whether it takes our certificate. Time does not count: a certificate that has
# ended on another host must not keep this one from being renewed.
handshake() {
  local options=()
  if [[ $2 == postgres ]]; then options=(-starttls postgres); fi
  timeout 5 openssl s_client -connect "$1" "${options[@]}" -tls1_2 -cert "$4" -key "$3.key" \
    -CAfile "$5" -verify_return_error -no_check_time </dev/null >"$work/handshake" 2>&1
}

apply() {
  local unit served address
  # Who does not run yet takes its certificate when it starts. Asked before the reload, during which nobody may listen.
  for served in $serves; do
    IFS=, read -r unit address _ <<<"$served"
    if systemctl is-active --quiet "$unit" && listens "$address"; then printf '%s\n' "$served"; fi
  done >"$work/served"
  if [[ ! -s $changes ]]; then return 0; fi
  for unit in $reload; do
    if ! systemctl is-active --quiet "$unit"; then continue; fi
    say "reload $unit"
    systemctl reload-or-restart "$unit" || fail "$unit did not reload its certificates" "mend the cause that its log names, then run the update again" "$unit"
  done
}

fingerprint() { openssl x509 -noout -fingerprint -sha256 "$@"; }

# Whether the daemon shows the certificate that is in its file.
shows() {
  handshake "$1" "$2" "$3" "$3.crt" "$(dirname "$3")/ca.crt"
  [[ $(fingerprint -in "$work/handshake") == $(fingerprint -in "$3.crt") ]]
}

verify() {
  local unit address protocol path
  while IFS=, read -r unit address protocol path; do
    wait_until 40 shows "$address" "$protocol" "$path" ||
      fail "$unit does not show the certificate $path.crt on $address" "mend the cause that its log names, then run the update again" "$unit"
  done <"$work/served"
}
