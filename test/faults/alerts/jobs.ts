import { BARMAN } from "../../../components/barman/names.ts";
import { BUCKET_EXPIRY } from "../../../components/restore/names.ts";
import { query } from "../support/wholeness.ts";
import { type Drill, notice } from "./drill.ts";
import { setBack } from "./tools.ts";

const JOB = "barman-check";

export const jobFails: Drill = {
  fault: "Barman's role may not log in when Barman is checked",
  alerts: [notice("JobFailed", 180, { overSeconds: 300 })],
  inject: async (scene) => {
    const { lab, leader } = scene;
    scene.atEnd(async () => {
      await query(lab, leader, `ALTER ROLE ${BARMAN.catalogue} LOGIN`);
      await scene.inside("ops-1", `systemctl start --no-block ${JOB}`);
    });
    await query(lab, leader, `ALTER ROLE ${BARMAN.catalogue} NOLOGIN`);
    // It is tried again twice, here at once. The last one also takes its time to tell people, whom nobody reaches.
    await scene.inside(
      "ops-1",
      `systemctl start ${JOB} || true\nsystemctl start ${JOB} || true\nsystemctl start --no-block ${JOB}`,
    );
  },
};

export const jobLongAgo: Drill = {
  fault: "a job's last run, by its account, two days ago",
  alerts: [notice("JobOverdue", 130)],
  inject: (scene) => setBack(scene, BUCKET_EXPIRY, 2),
};
