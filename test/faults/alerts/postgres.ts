import { eventually } from "../../lab/support/lab.ts";
import { damagePage, expectDetected, expectReplicated, makeVictim } from "../faults/storage.ts";
import { query } from "../support/wholeness.ts";
import { type Drill, notice, page } from "./drill.ts";
import { copiedAgainAtEnd, psqlOf, runs } from "./tools.ts";

export const pageDamaged: Drill = {
  fault: "a page damaged on a standby, and read",
  alerts: [page("ChecksumFailures", { overSeconds: 240 })],
  inject: async (scene) => {
    const { lab, leader, standbys } = scene;
    const [standby] = standbys;
    scene.atEnd(() => query(lab, leader, "DROP TABLE IF EXISTS victim"));
    await makeVictim(lab, leader);
    await expectReplicated(lab, leader, standby);
    copiedAgainAtEnd(scene, standby);
    scene.atEnd(() => scene.inside(standby, "systemctl start patroni"));
    await damagePage(lab, standby);
    scene.begins();
    await expectDetected(lab, standby);
  },
};

/** More than the lab's threshold. */
const TRANSACTIONS = 11_000;

export const transactionOpen: Drill = {
  fault: `a transaction left open while ${TRANSACTIONS} others go by`,
  alerts: [notice("LongRunningTransaction", 200), notice("VacuumHeldBack", 1000)],
  inject: async (scene) => {
    const statements =
      "SET idle_in_transaction_session_timeout = 0; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class;";
    const psql = await psqlOf(scene);
    await runs(scene, scene.leader, "transaction", `{ echo '${statements}'; sleep infinity; } | ${psql}`);
    await eventually("the transaction has its snapshot", 30, async () => {
      const open =
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND backend_xmin IS NOT NULL";
      return Number(await query(scene.lab, scene.leader, open)) > 0;
    });
    await query(
      scene.lab,
      scene.leader,
      `SET synchronous_commit = off;
DO $$ BEGIN FOR each IN 1..${TRANSACTIONS} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$;`,
    );
  },
};

export const lockHeld: Drill = {
  fault: "two sessions that want the same lock",
  alerts: [notice("LockWaits", 130)],
  inject: async (scene) => {
    const psql = await psqlOf(scene);
    const wanting = `{ echo 'BEGIN; SELECT pg_advisory_xact_lock(1);'; sleep infinity; } | ${psql} &`;
    await runs(scene, scene.leader, "lock", `${wanting}\n${wanting}\nwait`);
    await eventually("Prometheus knows who is in the way", 30, async () => {
      const blocked = await scene.prometheus.query('pg_blocked_sessions{blocker="postgres",what="advisory"}');
      return blocked.length === 1;
    });
  },
};

/** More than the lab's threshold. */
const DEADLOCKS = 5;

export const deadlocks: Drill = {
  fault: `${DEADLOCKS} deadlocks`,
  alerts: [notice("DeadlockRateHigh", 150, { lasts: "it counts those of an hour" })],
  inject: async (scene) => {
    const psql = await psqlOf(scene);
    const both = (first: number, second: number) =>
      `${psql} -c 'SELECT pg_advisory_xact_lock(${first}); SELECT pg_sleep(0.5); SELECT pg_advisory_xact_lock(${second})' &>/dev/null`;
    // A statement of several is one transaction. One of the two fails each time.
    await scene.inside(
      scene.leader,
      `for _ in {1..${DEADLOCKS}}; do
  ${both(2, 3)} &
  ${both(3, 2)} || true
  wait || true
done`,
    );
  },
};

/** Each scan of a table of more than a quarter of shared_buffers goes past them. It is on no standby. */
export const readsFromDisk: Drill = {
  fault: "a large table read over and over",
  alerts: [notice("CacheHitLow", 1060, { lasts: "it counts the reads of ten minutes" })],
  inject: async (scene) => {
    const { lab, leader } = scene;
    scene.atEnd(() => query(lab, leader, "DROP TABLE IF EXISTS drill"));
    await query(
      lab,
      leader,
      "CREATE UNLOGGED TABLE drill AS SELECT n, repeat('x', 1000) AS filling FROM generate_series(1, 120000) n",
    );
    const psql = await psqlOf(scene);
    await runs(
      scene,
      leader,
      "reads",
      `${psql} >/dev/null <<'SQL'\nSET max_parallel_workers_per_gather = 0;\nSELECT count(*) FROM drill \\watch 2\nSQL`,
    );
  },
};
