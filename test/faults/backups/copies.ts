import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Run } from "./base-backup.ts";
import type { Scene } from "./scene.ts";

/** Barman itself tries a copy again that broke, half a minute later. */
const COPY_SECONDS = 200;

/** What happens in the middle of a base backup: it succeeds or it fails, and says which. */
export function copyTests(scene: Scene): void {
  const { lab, site, job } = scene;

  /** Either is honest; nothing else is. */
  const honest = async ({ backup, said }: Run) => {
    expect(["DONE", "FAILED"], said).toContain(backup?.status);
    process.stderr.write(`· its backup is ${backup?.status}\n`);
    if (backup?.status === "DONE") await scene.proven(backup.id, "barman");
  };

  describe("in the middle of a base backup", () => {
    beforeAll(() => job.slow());
    afterAll(() => job.fast());

    test("a switchover: what is called whole can be restored", async () => {
      const begun = await job.beginAndCopy();
      await scene.answering("switchover in a base backup", 6, async () => {
        const { code, stderr } = await lab.holdfast("switchover", "--yes");
        expect(code, stderr).toBe(0);
      });
      await honest(await job.end(begun, COPY_SECONDS));
      await scene.whole();
      await scene.noHole("catalogue");
    });

    test("the primary's host is lost: what is called whole can be restored", async () => {
      const leader = await scene.whole();
      const begun = await job.beginAndCopy();
      await scene.answering("primary's host lost in a base backup", 28, async () => {
        await lab.container("kill", leader);
      });
      await honest(await job.end(begun, COPY_SECONDS));
      await lab.container("start", leader);
      await scene.whole();
      await scene.noHole("catalogue");
    });

    test("the operations host is killed: the backup is not taken for one, and the next run takes its place", async () => {
      const before = await site.backups();
      await job.beginAndCopy();
      await scene.answering("operations host killed in a base backup", 3, async () => {
        await lab.container("kill", "ops-1");
        await scene.startOperationsHost();
      });
      const half = (await site.backups()).find(({ id }) => before.every((each) => each.id !== id));
      expect(half?.status).not.toBe("DONE");
      await job.toldOfBoot();
      // What was told of the bucket before, which is not there now, is still told.
      expect((await site.metrics()).get("holdfast_bucket_last_upload_timestamp_seconds")).toBeGreaterThan(0);
      await scene.whole();
      await job.fast();
      const { backup, said } = await job.run();
      expect(backup?.status, said).toBe("DONE");
      expect((await site.backups()).filter(({ status }) => status !== "DONE")).toEqual([]);
      await site.endFile();
      await scene.noHole("catalogue");
    });
  });
}
