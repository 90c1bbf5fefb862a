# shellcheck shell=bash
# Runs in the services' container: a bucket with Object Lock, and an account that may do with its objects what is named.
# bucket-setup.sh PORT BUCKET ACCOUNT DAYS ACTION,ACTION...; the account's secret is the first line of standard input.
set -euo pipefail
port=$1 bucket=$2 account=$3 days=$4 actions=$5
IFS= read -r secret
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=/dev/null
source /srv/data/credentials

# In a file, for a command's arguments are seen by everybody.
cat >"$work/access" <<CURL
user = "$ROOT_ACCESS_KEY:$ROOT_SECRET_KEY"
aws-sigv4 = "aws:amz:us-east-1:s3"
cacert = "/srv/data/tls/store.crt"
silent
show-error
max-time = 20
CURL

# request METHOD PATH [HEADER]: sends standard input; gives the status and keeps the answer.
request() {
  cat >"$work/body"
  curl --config "$work/access" --request "$1" --data-binary "@$work/body" --output "$work/answer" --write-out '%{http_code}' \
    --header "x-amz-content-sha256: $(sha256sum <"$work/body" | cut -c1-64)" \
    --header "Content-MD5: $(openssl md5 -binary <"$work/body" | base64)" \
    ${3:+--header "$3"} "https://localhost:$port/$2"
}

# wanted STATUS...: whether the last request was answered with one of these.
wanted() {
  local status=$1
  shift
  if [[ " $* " == *" $status "* ]]; then return 0; fi
  printf 'the object store answers %s: %s\n' "$status" "$(sed -n 's/.*<Message>\(.*\)<\/Message>.*/\1/p' "$work/answer")" >&2
  exit 1
}

user() { printf '<Account><Access>%s</Access><Secret>%s</Secret><Role>user</Role></Account>' "$account" "$secret"; }
status=$(user | request PATCH create-user)
if [[ $status == 409 ]]; then
  status=$(printf '<MutableProps><Secret>%s</Secret></MutableProps>' "$secret" | request PATCH "update-user?access=$account")
fi
wanted "$status" 200 201

status=$(request PUT "$bucket" 'x-amz-bucket-object-lock-enabled: true' </dev/null)
wanted "$status" 200 409
status=$(
  printf '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>%s</Days></DefaultRetention></Rule></ObjectLockConfiguration>' "$days" |
    request PUT "$bucket?object-lock="
)
wanted "$status" 200
status=$(
  printf '{"Version":"2012-10-17","Statement":[{"Sid":"Objects","Effect":"Allow","Principal":{"AWS":["%s"]},"Action":["%s"],"Resource":["arn:aws:s3:::%s/*"]},{"Sid":"List","Effect":"Allow","Principal":{"AWS":["%s"]},"Action":["s3:ListBucket","s3:GetBucketLocation"],"Resource":["arn:aws:s3:::%s"]}]}' \
    "$account" "${actions//,/\",\"}" "$bucket" "$account" "$bucket" | request PUT "$bucket?policy="
)
wanted "$status" 200 204
