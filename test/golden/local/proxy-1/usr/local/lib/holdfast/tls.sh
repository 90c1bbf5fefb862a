# Managed by Holdfast.
identities='/etc/pgbouncer/tls/server /etc/pgbouncer/tls/pooler /etc/haproxy/tls/haproxy'
reload='haproxy pgbouncer@writer pgbouncer@reader'

# shellcheck shell=bash
# Variables: identities (paths without suffix), reload (units that read certificates only when told to).

validate() {
  local path
  for path in $identities; do
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
