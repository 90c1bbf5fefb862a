import { ARCHIVE_KEY, BACKUP_METRICS } from "../../../components/barman/names.ts";
import { BARMAN_BACKUP } from "../../../components/monitoring/rules/jobs.ts";
import { RESTORE_TEST, RESTORE_TEST_METRICS } from "../../../components/restore/names.ts";
import { eventually } from "../../lab/support/lab.ts";
import { query } from "../support/wholeness.ts";
import { type Drill, notice, page } from "./drill.ts";
import type { Scene } from "./scene.ts";
import { dies, edited, filled, freezes, idle, setBack } from "./tools.ts";

const END_FILE = "SELECT pg_logical_emit_message(false, 'drill', 'x'), pg_switch_wal() \\g /dev/null";

/** Without Barman's own upkeep, which would start another one within the minute. */
export async function receiverDies(scene: Scene): Promise<void> {
  scene.atEnd(() => scene.inside("ops-1", "systemctl start barman-cron.timer"));
  await scene.inside("ops-1", "systemctl stop barman-cron.timer barman-cron.service");
  await dies(scene, "barman-receive-wal", ["ops-1"]);
}

export const receiverStopped: Drill = {
  fault: "Barman's receiver killed",
  alerts: [notice("WalStreamBroken", 200)],
  inject: receiverDies,
};

/** After its end the server tries again once a minute. */
export const archiveRefuses: Drill = {
  fault: "the key for the archive gone",
  alerts: [page("ArchivingFailing", { about: ({ leader }) => leader, overSeconds: 300 })],
  inject: async (scene) => {
    await withoutKey(scene);
    await query(scene.lab, scene.leader, END_FILE);
  },
};

/** By which the primary hands its WAL files over. */
async function withoutKey(scene: Scene): Promise<void> {
  const { leader } = scene;
  const taken = `${ARCHIVE_KEY}.drill`;
  scene.atEnd(() => scene.inside(leader, `if [[ -e ${taken} ]]; then mv ${taken} ${ARCHIVE_KEY}; fi`));
  await scene.inside(leader, `mv ${ARCHIVE_KEY} ${taken}`);
}

/** It is over with the next base backup. */
export const walLetGo: Drill = {
  fault: "the primary's volume filled, but for 8 %, and the key for the archive gone",
  alerts: [
    page("DiskSpaceCritical", { about: ({ leader }) => leader }),
    page("WalLetGo", {
      about: ({ leader }) => leader,
      seconds: 85,
      why: "hosts look once a minute",
      overSeconds: 300,
    }),
  ],
  inject: async (scene) => {
    scene.atEnd(() => scene.inside("ops-1", "systemctl start barman-backup"));
    await withoutKey(scene);
    await filled(scene, scene.leader, 8);
    scene.begins();
    await query(scene.lab, scene.leader, END_FILE);
  },
};

export const archiverHangs: Drill = {
  fault: "the archiver frozen while WAL files are written",
  alerts: [notice("ArchiveQueueGrowing", 400)],
  inject: async (scene) => {
    await freezes(scene, scene.leader, "pgrep --uid postgres --full '^postgres: .*archiver'");
    await query(scene.lab, scene.leader, Array.from({ length: 3 }, () => END_FILE).join("\n"));
  },
};

export const bucketGone: Drill = {
  fault: "the bucket stopped while WAL files are written",
  alerts: [notice("WalUploadLate", 200), notice("BucketUnreachable", 420)],
  inject: async (scene) => {
    const { site, lab, leader } = scene;
    scene.atEnd(() => site.store("start"));
    await site.store("stop");
    await query(lab, leader, END_FILE);
  },
};

export const backupLongAgo: Drill = {
  fault: "the last base backup, by its account, two days ago",
  alerts: [page("NoRecentBackup")],
  inject: (scene) => setBack(scene, BARMAN_BACKUP, 2, BACKUP_METRICS),
};

export const restoreTestLongAgo: Drill = {
  fault: "the last restore test, by its account, forty days ago",
  alerts: [notice("RestoreTestOverdue", 130)],
  inject: (scene) => setBack(scene, RESTORE_TEST, 40),
};

/** Nobody is told of a job in a lab: its addresses are of nobody. */
export const restoreTestFails: Drill = {
  fault: "a restore test whose question has another answer",
  alerts: [
    page("RestoreTestFailed", { overSeconds: 240 }),
    notice("JobNotificationsFailing", 120, { lasts: "it counts the messages of an hour" }),
  ],
  inject: async (scene) => {
    // A start while the last run still tells people of its end would be that run's.
    const again = `${idle(RESTORE_TEST)}\nsystemctl start --no-block ${RESTORE_TEST}`;
    await edited(scene, {
      host: "ops-1",
      path: "/etc/holdfast/restore.json",
      by: `jq '.queries = [{database: "app", sql: "SELECT 6 * 7", expect: "41"}]'`,
      taken: again,
    });
    const failed = await eventually("the restore test has failed", 180, async () => {
      const look = `grep -qx 'holdfast_restore_test_success 0' ${RESTORE_TEST_METRICS} && stat --format %.3Y ${RESTORE_TEST_METRICS}`;
      const seen = await scene.inside(
        "ops-1",
        `if [[ -e ${RESTORE_TEST_METRICS} ]]; then ${look} || true; fi`,
      );
      return seen !== "" && Number(seen);
    });
    scene.begins(failed * 1000);
  },
};
