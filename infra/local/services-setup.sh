# shellcheck shell=bash
# Runs in the services' container: three units, their key, their credentials; all data below /srv/data.
# services-setup.sh STORE_PROGRAM KEY VALUE: of the tag of what may go.
set -euo pipefail
store=/usr/local/bin/$1
umask 077
mkdir -p /srv/data/{accounts,buckets,versions,tls,names}
chmod 755 /srv/data /srv/data/names

if [[ ! -s /srv/data/tls/store.crt ]]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=object-store \
    -addext "subjectAltName=DNS:object-store,DNS:localhost,IP:127.0.0.1" \
    -keyout /srv/data/tls/store.key -out /srv/data/tls/store.crt 2>/dev/null
fi
if [[ ! -s /srv/data/credentials ]]; then
  printf 'ROOT_ACCESS_KEY=%s\nROOT_SECRET_KEY=%s\n' \
    "$(openssl rand -hex 10)" "$(openssl rand -hex 20)" >/srv/data/credentials
fi

umask 022
# The prepared image has them.
if ! command -v dnsmasq >/dev/null || ! command -v curl >/dev/null || ! [[ -d /usr/lib/python3/dist-packages/boto3 ]]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update && apt-get -qq install -y --no-install-recommends curl dnsmasq-base python3-boto3 >/dev/null
fi

cat >/etc/systemd/system/object-store.service <<UNIT
[Unit]
Description=Object store
[Service]
EnvironmentFile=/srv/data/credentials
ExecStart=$store --port :7070 --cert /srv/data/tls/store.crt --key /srv/data/tls/store.key --iam-dir /srv/data/accounts posix --versioning-dir /srv/data/versions /srv/data/buckets
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
UNIT
cat >/etc/systemd/system/names.service <<'UNIT'
[Unit]
Description=Name server of the lab
[Service]
ExecStart=/usr/sbin/dnsmasq --keep-in-foreground --no-resolv --no-hosts --no-poll --local-ttl=5 --hostsdir=/srv/data/names --user=root
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
UNIT
cat >/etc/systemd/system/let-go.service <<UNIT
[Unit]
Description=End of what is marked in the object store
[Service]
Type=oneshot
EnvironmentFile=/srv/data/credentials
Environment=AWS_CA_BUNDLE=/srv/data/tls/store.crt
ExecStart=/usr/bin/python3 /usr/local/lib/let-go.py https://localhost:7070 $2 $3
UNIT
cat >/etc/systemd/system/let-go.timer <<'UNIT'
[Unit]
Description=End of what is marked in the object store
[Timer]
OnCalendar=daily
[Install]
WantedBy=timers.target
UNIT
systemctl daemon-reload
systemctl enable --quiet object-store.service names.service
systemctl enable --quiet --now let-go.timer
# Started already with another version's unit, it would go on with that one.
systemctl restart object-store.service names.service

# A unit counts as active before its program runs: what counts is that it listens.
listens() { ss --listening --numeric --no-header "$1" "sport = :$2" | grep -q .; }
answers() { listens --tcp 7070 && listens --udp 53; }
for _ in $(seq 100); do
  if answers; then exit 0; fi
  sleep 0.1
done
journalctl --unit object-store --unit names --lines 10 --no-pager
exit 1
