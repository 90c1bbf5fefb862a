import { eventually, type Lab } from "../../lab/support/lab.ts";
import { cut } from "../support/cut.ts";
import type { Fault, Scene } from "../support/fault.ts";
import { query } from "../support/wholeness.ts";

/** A host dies, stops, or starts again; or all of them do. */

/** So far behind, a promoted standby would lose hundreds of rows. */
const STALE_BYTES = 64 * 1024;

/** Lets a standby fall behind and stay a member in good standing: the most dangerous candidate there is. */
async function makeStale({ lab, leader, standbys: [stale] }: Scene): Promise<void> {
  await cut(lab, stale, { ports: [5432] });
  await eventually(`${stale} is behind`, 9, async () => {
    const end = await query(lab, leader, "SELECT pg_current_wal_lsn()");
    const behind = `SELECT pg_wal_lsn_diff('${end}', pg_last_wal_receive_lsn())`;
    return Number(await query(lab, stale, behind)) > STALE_BYTES;
  });
}

const etcdRuns = (lab: Lab, host: string) =>
  eventually(`etcd has been started on ${host}`, 60, async () => {
    const pid = await lab.inside(host, "systemctl show etcd --property MainPID --value");
    return pid.trim() !== "0";
  });

export const HOST_FAULTS: readonly Fault[] = [
  {
    name: "leader's host killed",
    inject: ({ lab, leader }) => lab.container("kill", leader),
    heal: async ({ lab, leader, writesWithout }) => {
      await writesWithout(60, leader);
      await lab.container("start", leader);
    },
    gapSeconds: 28,
    wholeSeconds: 60,
    notes:
      "The lease of ttl (20 s), which begins anew where the host led etcd too; then a vote that waits 2 s for the dead member.",
  },
  {
    name: "leader's host killed after the proxies' HAProxy was reloaded",
    inject: async ({ lab, leader }) => {
      const { hosts } = await lab.stack();
      const proxies = hosts.filter(({ role }) => role === "proxy");
      // The workers of before know of no role any more; a pool that stays with them would not notice the loss.
      await Promise.all(proxies.map(({ name }) => lab.inside(name, "systemctl reload haproxy")));
      await lab.container("kill", leader);
    },
    heal: async ({ lab, leader, writesWithout }) => {
      await writesWithout(60, leader);
      await lab.container("start", leader);
    },
    gapSeconds: 28,
    wholeSeconds: 60,
    notes: "As killed.",
  },
  {
    name: "leader's host frozen",
    inject: ({ lab, leader }) => lab.container("pause", leader),
    holdSeconds: 60,
    heal: ({ lab, leader }) => lab.container("unpause", leader),
    gapSeconds: 28,
    wholeSeconds: 60,
    notes: "As killed; when it thaws, it believes for a moment that nothing has happened.",
  },
  {
    name: "leader's host rebooted",
    inject: ({ lab, leader }) => lab.container("restart", leader),
    gapSeconds: 6,
    wholeSeconds: 60,
    notes: "In an orderly shutdown Patroni hands over before it stops.",
  },
  {
    name: "all hosts killed, the most stale back first",
    inject: async (scene) => {
      await makeStale(scene);
      const { hosts } = await scene.lab.stack();
      await Promise.all(hosts.map(({ name }) => scene.lab.container("kill", name)));
    },
    heal: async ({ lab, leader, standbys: [stale, fresh], writesWithout }) => {
      const { hosts } = await lab.stack();
      for (const { name, role } of hosts) {
        if (role !== "database") await lab.container("start", name);
      }
      await lab.container("start", stale);
      await etcdRuns(lab, stale);
      await lab.container("start", fresh);
      // With these two etcd has its majority and Patroni its vote, which the fresh one has to win.
      await writesWithout(90, stale, leader);
      await lab.container("start", leader);
    },
    gapSeconds: 60,
    wholeSeconds: 60,
    notes:
      "Boot, etcd's majority, then the old lease of ttl (20 s), which begins anew with etcd. The former leader comes last.",
  },
];
