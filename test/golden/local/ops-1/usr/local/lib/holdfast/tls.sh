# Managed by Holdfast.
identities=/etc/holdfast/tls/operations
reload=''

# shellcheck shell=bash
# Variables: identities (paths without suffix), reload (units that read certificates only when told to).

validate() {
  local path starts
  for path in $identities; do
    # Before openssl says that the whole certificate is none. It was signed a moment ago, and has an hour's margin.
    starts=$(openssl x509 -in "$root$path.crt" -noout -startdate | cut -d= -f2)
    if (($(date --date "$starts" +%s) > $(date +%s))); then
      fail "the clock of this host is wrong: it says $(date), and the certificate $path.crt is valid from $starts on" \
        "set the clock of this host (chronyc makestep) or of the machine that runs the update, then run it again"
    fi
    openssl verify -CAfile "$root$(dirname "$path")/ca.crt" "$root$path.crt" >/dev/null ||
      fail "the certificate $path.crt is not signed by the cluster's authority" "run the update again"
    [[ $(openssl x509 -in "$root$path.crt" -noout -pubkey) == $(openssl pkey -in "$path.key" -pubout) ]] ||
      fail "the certificate $path.crt does not belong to the key on this host" "run the update again"
  done
}

apply() {
  local unit
  if [[ ! -s $changes ]]; then return 0; fi
  for unit in $reload; do
    if systemctl is-active --quiet "$unit"; then systemctl reload "$unit"; fi
  done
}
