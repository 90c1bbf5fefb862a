import type { Lab } from "../../lab/support/lab.ts";
import type { Fault, Scene } from "../support/fault.ts";

/** A process dies or stops while its host lives on. */

const killUnit = (lab: Lab, host: string, unit: string) =>
  lab.inside(host, `kill -KILL "$(systemctl show ${unit} --property MainPID --value)"`);

/** The member that leads etcd, which is not always the one that leads PostgreSQL. */
async function etcdLeader({ lab, leader }: Scene): Promise<string> {
  const tls = "/etc/etcd/tls";
  return (
    await lab.inside(
      leader,
      `etcdctl --endpoints https://127.0.0.1:2379 --cacert ${tls}/ca.crt --cert ${tls}/etcd.crt --key ${tls}/etcd.key \\
         endpoint status --cluster --write-out json >/tmp/status
       leading=$(jq '.[0].Status.leader' /tmp/status)
       jq --raw-output --argjson leading "$leading" '.[] | select(.Status.header.member_id == $leading).Endpoint' /tmp/status |
         sed 's|https://||; s|:2379||' | xargs getent hosts | awk '{ print $NF }'`,
    )
  ).trim();
}

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: "postmaster killed",
    inject: async ({ lab, leader }) => {
      await lab.inside(leader, "kill -KILL $(head -n 1 /srv/data/postgresql/*/postmaster.pid)");
    },
    gapSeconds: 4,
    wholeSeconds: 60,
    notes: "Patroni sees it within loop_wait (2 s) and hands over at once; the old leader is rewound.",
  },
  {
    name: "Patroni killed",
    inject: async ({ lab, leader }) => {
      await killUnit(lab, leader, "patroni");
    },
    gapSeconds: 6,
    wholeSeconds: 30,
    notes:
      "PostgreSQL lives on, but the proxies drop a member whose Patroni does not answer; systemd has it back after a second, and its start takes one or two.",
  },
  {
    name: "Patroni frozen",
    inject: async ({ lab, leader }) => {
      await lab.inside(leader, 'kill -STOP "$(systemctl show patroni --property MainPID --value)"');
    },
    holdSeconds: 60,
    heal: async ({ lab, leader }) => {
      await lab.inside(leader, 'kill -CONT "$(systemctl show patroni --property MainPID --value)"');
    },
    gapSeconds: 28,
    wholeSeconds: 60,
    notes: "The lease runs out after ttl (20 s). Without a watchdog, the old primary goes on until the thaw.",
  },
  {
    name: "etcd killed beside the leader",
    inject: async ({ lab, leader }) => {
      await killUnit(lab, leader, "etcd");
    },
    gapSeconds: 4,
    wholeSeconds: 30,
    notes: "Patroni asks another member of etcd; systemd restarts the killed one after a second.",
  },
  {
    name: "etcd's leader killed",
    inject: async (scene) => {
      await killUnit(scene.lab, await etcdLeader(scene), "etcd");
    },
    gapSeconds: 4,
    wholeSeconds: 30,
    notes: "An election of 1 to 2 s, well below retry_timeout: PostgreSQL notices nothing.",
  },
  {
    name: "HAProxy killed",
    inject: async ({ lab }) => {
      await killUnit(lab, "proxy-1", "haproxy");
    },
    gapSeconds: 4,
    waitSeconds: 4,
    wholeSeconds: 30,
    notes:
      "On the proxy that all clients name first; PgBouncer tries again after server_login_retry (0.25 s).",
  },
  {
    name: "PgBouncer killed",
    inject: async ({ lab }) => {
      await killUnit(lab, "proxy-1", "pgbouncer@writer");
    },
    gapSeconds: 3,
    waitSeconds: 3,
    wholeSeconds: 30,
    notes: "Its clients go on to the other proxy, at once because the port is closed.",
  },
];
