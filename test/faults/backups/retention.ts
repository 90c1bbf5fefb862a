import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Scene } from "./scene.ts";

const MINIMUM = 3;
const OLD_DAYS = 90;

/** Barman's retention, when all backups are older than the window. */
export function retentionTests(scene: Scene): void {
  const { lab, site } = scene;
  const done = async () =>
    (await site.backups()).filter(({ status }) => status === "DONE").map(({ id }) => id);
  const upkeep = () => site.ops("systemctl start barman-cron", 120);

  describe("retention, with every backup older than the window", () => {
    let all: readonly string[] = [];

    beforeAll(async () => {
      all = await done();
      expect(all.length).toBeGreaterThan(MINIMUM);
      await site.ops(
        `cp -a ${site.folder}/meta /run/meta
         for file in ${site.folder}/meta/*-backup.info; do
           for key in begin_time end_time; do
             old=$(date --date "$(sed -n "s/^$key=//p" $file) ${OLD_DAYS} days ago" '+%F %T.%6N%:z')
             sed -i "s/^$key=.*/$key=$old/" $file
           done
         done`,
      );
    });

    test("keeps the newest ones of the minimum, and what they need", async () => {
      await upkeep();
      expect(await done()).toEqual(all.slice(-MINIMUM));
      await scene.noHole("catalogue");
      for (const id of all.slice(-MINIMUM)) {
        // It is refused where a WAL file is missing that the backup needs.
        const { code, stderr } = await site.restore("plan", "--from", "barman", "--backup", id);
        expect(code, stderr).toBe(0);
      }
      await scene.proven(String(all.at(-MINIMUM)), "barman");
    });

    test("takes away none when there are as many as the minimum or fewer, by hand neither", async () => {
      await upkeep();
      const kept = await done();
      expect(kept).toEqual(all.slice(-MINIMUM));
      const { code, stdout, stderr } = await lab.on("ops-1", `barman delete ${lab.name} ${kept[0]}`);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/minimum/i);
      // One that is lost in another way.
      await site.ops(`mv ${site.folder}/meta/${kept[0]}-backup.info /run/lost`);
      try {
        await upkeep();
        expect(await done()).toEqual(kept.slice(1));
      } finally {
        await site.ops(`mv /run/lost ${site.folder}/meta/${kept[0]}-backup.info`);
      }
    });

    afterAll(() =>
      site.ops(
        `for file in ${site.folder}/meta/*-backup.info; do cp -a /run/meta/$(basename $file) $file; done; rm -r /run/meta`,
      ),
    );
  });
}
