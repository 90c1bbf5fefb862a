import { eventually } from "../../lab/support/lab.ts";
import { lead } from "../faults/storage.ts";
import { cut, healCut } from "../support/cut.ts";
import { query } from "../support/wholeness.ts";
import { receiverDies } from "./backups.ts";
import { type Drill, notice, page } from "./drill.ts";
import type { Scene } from "./scene.ts";
import { copiedAgainAtEnd, dies, freezes, PATRONI } from "./tools.ts";

const POSTGRES = [5432];

export const replicationCut: Drill = {
  fault: "a standby that does not reach the primary's server",
  alerts: [page("ReplicationBroken", { about: ({ standbys }) => standbys[0] })],
  inject: async (scene) => {
    const { lab, leader, standbys } = scene;
    scene.atEnd(() => healCut(lab, standbys[0]));
    await cut(lab, standbys[0], { from: [leader], ports: POSTGRES });
  },
};

/** Patroni then takes whoever streams, and at the time nobody does. */
export const nobodyConfirms: Drill = {
  fault: "both standbys and Barman's receiver killed",
  alerts: [page("NoSynchronousStandby"), page("SynchronousWildcard")],
  inject: async (scene) => {
    await receiverDies(scene);
    scene.begins();
    await dies(scene, "patroni", scene.standbys);
  },
};

const COMMIT = "SELECT pg_logical_emit_message(true, 'drill', 'x') \\g /dev/null";

/** So that what it shows is from now. */
async function caughtUp({ lab, leader }: Scene, standby: string): Promise<void> {
  const end = await query(lab, leader, `${COMMIT}\nSELECT pg_current_wal_lsn()`);
  await eventually(`${standby} has replayed the last commit`, 30, async () => {
    return (await query(lab, standby, `SELECT pg_last_wal_replay_lsn() >= '${end}'`)) === "t";
  });
}

/** Its Patroni would resume replay in its next round. */
export const replayPaused: Drill = {
  fault: "a standby's Patroni frozen, and its replay paused",
  alerts: [notice("PatroniDown", 90), notice("ReplayPaused", 360)],
  inject: async (scene) => {
    const { lab, standbys } = scene;
    const standby = standbys[1];
    await freezes(scene, standby, PATRONI);
    scene.atEnd(() => query(lab, standby, "SELECT pg_wal_replay_resume()"));
    await query(lab, standby, "SELECT pg_wal_replay_pause()");
  },
};

export const replayStands: Drill = {
  fault: "replay frozen on a standby while others write",
  alerts: [
    notice("ReplicationLagHigh", 400),
    // Behind from its last commit on.
    page("ReplicationLagCritical", { seconds: 460, why: "300 s behind, by the lab's threshold, for 2 min" }),
  ],
  inject: async (scene) => {
    const { lab, leader, standbys } = scene;
    const standby = standbys[1];
    await caughtUp(scene, standby);
    scene.begins();
    await freezes(scene, standby, "pgrep --uid postgres --full '^postgres: .*startup'");
    await query(lab, leader, COMMIT);
  },
};

/** More than max_slot_wal_keep_size of the lab allows, of which each file is almost empty. */
const FILES = 20;

export const standbyAway: Drill = {
  fault: `a standby's server killed while ${FILES} WAL files are written`,
  alerts: [notice("SlotLost", 150), notice("TooFewStandbys", 400), notice("SlotRetainsWal", 420)],
  inject: async (scene) => {
    const { lab, leader, standbys } = scene;
    const [standby] = standbys;
    copiedAgainAtEnd(scene, standby);
    await dies(scene, "patroni", [standby]);
    const file = "SELECT pg_logical_emit_message(false, 'drill', 'x'), pg_switch_wal() \\g /dev/null";
    await query(lab, leader, Array.from({ length: FILES }, () => file).join("\n"));
  },
};

/** Nor the old one, which would have the next timeline for it as soon as it follows. */
export const leftBehind: Drill = {
  fault: "a standby that reaches nobody while another one takes over",
  alerts: [notice("TimelineMismatch", 220)],
  inject: async (scene) => {
    const { lab, leader, standbys } = scene;
    const [next, behind] = standbys;
    scene.atEnd(() => healCut(lab, behind));
    await cut(lab, behind, { from: [leader, next], ports: POSTGRES });
    await lead(lab, next);
  },
};
