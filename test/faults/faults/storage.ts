import { eventually, type Lab } from "../../lab/support/lab.ts";
import type { Fault } from "../support/fault.ts";
import { everythingWhole, query } from "../support/wholeness.ts";

/** Files vanish, change behind the server's back, or find no room. */

/** The member whose data disk is small enough to be filled. */
export const SMALL_DISK_HOST = "db-1";

const DATA = "/srv/data/postgresql";
const FILLER = "/srv/data/filler";
const PAGE = 8192;

const patronictl = (lab: Lab, host: string, words: string) =>
  lab.inside(host, `patronictl --config-file /etc/patroni/config.yml ${words}`);

/** Makes a member the leader, in an orderly way. */
export async function lead(lab: Lab, member: string): Promise<void> {
  const stack = await lab.stack();
  const leader = await everythingWhole(stack, 120);
  if (leader !== member) {
    const roles = `--leader ${leader} --candidate ${member}`;
    await patronictl(lab, leader, `switchover ${stack.clusterName} ${roles} --force`);
  }
}

const SUM = "SELECT md5(string_agg(victim::text, '' ORDER BY row)) FROM victim";

const answers = (lab: Lab, member: string) =>
  eventually(`PostgreSQL answers on ${member}`, 60, () => query(lab, member, "SELECT 1"));

/** A page that was not changed since the last checkpoint: the WAL would bring a younger one back at the next start. */
export async function makeVictim(lab: Lab, leader: string): Promise<void> {
  await query(
    lab,
    leader,
    `DROP TABLE IF EXISTS victim;
     CREATE TABLE victim AS SELECT row, repeat('x', 100) AS filling FROM generate_series(1, 10000) AS row;
     VACUUM (FREEZE) victim;
     CHECKPOINT;`,
  );
}

export async function expectReplicated(lab: Lab, leader: string, standby: string): Promise<void> {
  const sum = await query(lab, leader, SUM);
  await eventually("the standby has the table", 30, async () => (await query(lab, standby, SUM)) === sum);
}

/** Random bytes in place of a page, while the server is down: a page in its memory would be used from there. */
export async function damagePage(lab: Lab, member: string): Promise<void> {
  const file = await query(lab, member, "CHECKPOINT; SELECT pg_relation_filepath('victim')");
  await lab.inside(
    member,
    `systemctl stop patroni
     dd if=/dev/urandom of=$(echo ${DATA}/*)/${file} bs=${PAGE} seek=3 count=1 conv=notrunc status=none
     systemctl start patroni`,
  );
  await answers(lab, member);
}

export async function expectDetected(lab: Lab, member: string): Promise<void> {
  const outcome = await query(lab, member, SUM).catch((error: unknown) => String(error));
  if (!outcome.includes("invalid page in block 3 of relation")) {
    throw new Error(`the damaged page was not noticed: ${outcome}`);
  }
  const counted = "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()";
  await eventually(
    "the failed checksum is counted",
    10,
    async () => Number(await query(lab, member, counted)) > 0,
  );
}

export const STORAGE_FAULTS: readonly Fault[] = [
  {
    name: "a standby's data directory gone",
    inject: async ({ lab, standbys: [standby] }) => {
      // The server that still runs goes on making files meanwhile.
      await lab.inside(standby, `until rm -rf ${DATA}/* 2>/dev/null; do :; done`);
    },
    gapSeconds: 2,
    wholeSeconds: 120,
    notes: "Patroni stops the server that has lost its files, and copies the leader's.",
  },
  {
    name: "a page damaged on a standby",
    prepare: async (lab) => makeVictim(lab, await everythingWhole(await lab.stack(), 120)),
    inject: async ({ lab, leader, standbys: [standby] }) => {
      await expectReplicated(lab, leader, standby);
      await damagePage(lab, standby);
      await expectDetected(lab, standby);
    },
    heal: async ({ lab, standbys: [standby] }) => {
      const { clusterName } = await lab.stack();
      await patronictl(lab, standby, `reinit ${clusterName} ${standby} --force --wait`);
    },
    check: async ({ lab, leader, standbys: [standby] }) => {
      const [expected, found] = await Promise.all([query(lab, leader, SUM), query(lab, standby, SUM)]);
      if (found !== expected) throw new Error(`${standby} has other rows than ${leader}`);
    },
    gapSeconds: 2,
    wholeSeconds: 60,
    notes:
      "Needs a hand: whoever reads the page gets an error and never wrong rows, and the failure is counted, but nothing rebuilds the standby until somebody calls for it (patronictl reinit).",
  },
  {
    name: "leader's data disk full",
    prepare: (lab) => lead(lab, SMALL_DISK_HOST),
    inject: async ({ lab, leader }) => {
      await lab.inside(
        leader,
        `fallocate --length "$(df --output=avail --block-size=1 /srv/data | tail -n 1)" ${FILLER}`,
      );
    },
    holdSeconds: 60,
    heal: async ({ lab, leader }) => {
      await lab.inside(leader, `rm ${FILLER}`);
    },
    gapSeconds: 70,
    wholeSeconds: 90,
    notes:
      "Nothing watches the disk, and a leader that cannot write is not replaced for that alone: at worst writes stop until there is room again. etcd lies on the same disk and fails with it.",
  },
];
