import { stringify } from "yaml";
import type { HostPlan } from "../model.ts";
import { DATA_ROOT } from "../paths.ts";
import { PORTS } from "../ports.ts";

export const ETCD_TLS = "/etc/etcd/tls";

/** By name, which /etc/hosts resolves: etcd keeps its peers' addresses for good, and hosts may move. */
export const peerUrl = (host: HostPlan) => `https://${host.name}:${PORTS.etcdPeer}`;
const clientUrl = (address: string) => `https://${address}:${PORTS.etcdClient}`;

export interface EtcdFile {
  readonly cluster: string;
  readonly member: HostPlan;
  readonly members: readonly HostPlan[];
  /** The numbers of the certificate authorities that it trusts. */
  readonly authorities: readonly number[];
}

/**
 * etcd.yml of a member. etcd reads new certificates by itself, but whom it trusts only when it starts: so the file
 * names the authorities, and changes, and etcd is restarted, when others are trusted.
 */
export function renderEtcd({ cluster, member, members, authorities }: EtcdFile): string {
  const security = {
    "cert-file": `${ETCD_TLS}/etcd.crt`,
    "key-file": `${ETCD_TLS}/etcd.key`,
    "trusted-ca-file": `${ETCD_TLS}/ca.crt`,
    "client-cert-auth": true,
  };
  const trusted = [...authorities].sort((a, b) => a - b).join(", ");
  return `# Managed by Holdfast.\n# Trusts the certificate authorities: ${trusted}\n${stringify(
    {
      name: member.name,
      "data-dir": `${DATA_ROOT}/etcd`,
      "listen-peer-urls": `https://${member.address}:${PORTS.etcdPeer}`,
      "listen-client-urls": [clientUrl(member.address), clientUrl("127.0.0.1")].join(","),
      "initial-advertise-peer-urls": peerUrl(member),
      "advertise-client-urls": clientUrl(member.address),
      "initial-cluster": members.map((peer) => `${peer.name}=${peerUrl(peer)}`).join(","),
      "initial-cluster-token": cluster,
      "initial-cluster-state": "new",
      "client-transport-security": security,
      "peer-transport-security": security,
      // etcd's own defaults: election ten times the heartbeat and well above a region's round trip.
      "heartbeat-interval": 100,
      "election-timeout": 1000,
      "auto-compaction-mode": "periodic",
      "auto-compaction-retention": "1h",
      "quota-backend-bytes": 2 * 1024 ** 3,
      // It would refuse to take a member in again that lost its data, as long as a second one is missing. A place that
      // is given up and taken anew needs no larger majority than before.
      "strict-reconfig-check": false,
      // A member whose data was damaged must not join and vote.
      "experimental-initial-corrupt-check": true,
      "experimental-compact-hash-check-enabled": true,
      "log-level": "warn",
    },
    // etcd takes a cluster called "on" for a switch, unless it stands in quotes.
    { version: "1.1" },
  )}`;
}

/** Options of etcdctl on a member: the local endpoint, with the member's own certificate. */
export function etcdctlOptions(endpoints: readonly string[]): string {
  return [
    `--endpoints=${endpoints.map(clientUrl).join(",")}`,
    `--cacert=${ETCD_TLS}/ca.crt`,
    `--cert=${ETCD_TLS}/etcd.crt`,
    `--key=${ETCD_TLS}/etcd.key`,
  ].join(" ");
}

/**
 * In which etcd's port is shut while it stops: to other hosts, and to all on its own but itself. Its gateway is a client of
 * its own, and would wait a second for connections that nobody ends.
 */
const SHUT = "etcd_stops";
const SHUT_CHAINS = [
  `chain input { type filter hook input priority -10; iifname != lo tcp dport ${PORTS.etcdClient} reject with tcp reset; }`,
  `chain output { type filter hook output priority -10; oifname lo tcp dport ${PORTS.etcdClient} meta skuid != etcd reject with tcp reset; }`,
];

/**
 * Always restarted: a member that stays down is one failure away from a cluster without a leader lock. Without end, too:
 * five failures within ten seconds, as on a disk that stays full, are as many as systemd takes before it gives up. A host that lost
 * its data starts once with the file that join.env names: etcd takes no option beside a file.
 *
 * Its port is shut a moment before it stops. etcd's JSON gateway answers for some milliseconds more, with code 2 (unknown
 * error: "malformed header"): Patroni tries the next member after a connection that is refused, but takes that answer for
 * a no, and a leader whose lease gets a no stops its server at once.
 */
export const UNIT_DROP_IN = `# Managed by Holdfast.
[Unit]
StartLimitIntervalSec=0

[Service]
Environment=CONFIG=/etc/etcd/etcd.yml
EnvironmentFile=-/etc/etcd/join.env
ExecStart=
ExecStart=/usr/bin/etcd --config-file \${CONFIG}
# What was asked before has its answer after that time.
ExecStop=-+/usr/sbin/nft "table inet ${SHUT} { ${SHUT_CHAINS.join("; ")}; }"
ExecStop=/usr/bin/sleep 0.3
ExecStopPost=-+/usr/sbin/nft delete table inet ${SHUT}
Restart=always
RestartSec=1
`;
