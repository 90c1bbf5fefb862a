import type { Fault } from "./fault.ts";
import { query } from "./wholeness.ts";

/** What no cluster survives unharmed, and what the suite has to say of it: a suite that never fails proves nothing. */
export interface Sabotage extends Fault {
  readonly noticed: RegExp;
}

const PATRONI = "$(systemctl show patroni --property MainPID --value)";

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: "acknowledged rows deleted behind everybody's back",
    inject: async ({ lab, leader }) => {
      await query(lab, leader, "DELETE FROM ledger WHERE row IN (SELECT row FROM ledger LIMIT 3)");
    },
    noticed: /^\S+ was acknowledged and is not on db-1, db-2, db-3$/,
    gapSeconds: 28,
    wholeSeconds: 60,
    notes: "Nothing notices this but who counts the rows.",
  },
  {
    name: "a standby promoted by hand, past Patroni",
    inject: async ({ lab, standbys: [standby] }) => {
      await lab.inside(
        standby,
        `kill -STOP ${PATRONI}
         runuser -u postgres -- psql -XAtqd postgres -c 'ALTER SYSTEM SET synchronous_standby_names = $$$$'
         runuser -u postgres -- psql -XAtqd postgres -c 'SELECT pg_reload_conf(), pg_promote()'`,
      );
    },
    holdSeconds: 3,
    heal: async ({ lab, standbys: [standby] }) => {
      await lab.inside(standby, `kill -CONT ${PATRONI}`);
      const reinit = await lab.holdfast("reinit", standby, "--yes");
      if (reinit.code !== 0) throw new Error(reinit.stderr);
    },
    noticed: /^\S+ acknowledged \S+ on timeline \d+, \d+ ms after \S+ had done so on timeline \d+$/,
    gapSeconds: 28,
    wholeSeconds: 120,
    notes: "Two histories, of which one is thrown away.",
  },
];
