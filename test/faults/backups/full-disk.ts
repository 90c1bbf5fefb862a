import { expect, test } from "vitest";
import { eventually } from "../../lab/support/lab.ts";
import type { Scene } from "./scene.ts";

const FILLER = "/srv/data/filler";

/** The volume of the archive is full. */
export function fullDiskTests(scene: Scene): void {
  const { lab, site, job } = scene;
  const archiver = (column: string) => `SELECT ${column} FROM pg_stat_archiver`;

  test("the archive's disk is full: it is said, the database goes on, and with room again nothing is missing", async () => {
    const leader = await scene.whole();
    const before = new Set((await site.backups()).map(({ id }) => id));
    const failed = Number(await lab.sql(leader, archiver("failed_count")));
    await scene.answering("archive's disk full", 3, async () => {
      await site.ops(
        `fallocate --length "$(df --output=avail --block-size=1 /srv/data | tail -n 1)" ${FILLER} && sync`,
      );
      try {
        await lab.sql(leader, "SELECT pg_logical_emit_message(true, 'test', 'x'), pg_switch_wal()");
        await eventually(
          "the server says that its files are not taken",
          90,
          async () => Number(await lab.sql(leader, archiver("failed_count"))) > failed,
        );
        const said = await lab.inside(
          leader,
          "journalctl --unit patroni --since -2min --output cat --no-pager | grep 'did not take' | tail -n 1",
        );
        expect(said).toMatch(/Barman on ops-1\S* did not take [0-9A-F]{24}: .*[Nn]o space left on device/);
        // Not by the job's own test, which lists the backups: for that, too, there is no room.
        const { code } = await lab.on(
          "ops-1",
          "systemctl start --wait barman-backup; ended=$?; systemctl stop barman-backup-again.timer; exit $ended",
          200,
        );
        expect(code).not.toBe(0);
      } finally {
        await site.ops(`rm ${FILLER}`);
      }
    });
    const fresh = (await site.backups()).filter(({ id }) => !before.has(id));
    expect(fresh.filter(({ status }) => status === "DONE")).toEqual([]);
    const file = await site.endFile();
    await eventually(
      "the server's files are taken again",
      90,
      async () => (await lab.sql(leader, archiver("last_archived_wal"))) >= file,
    );
    await scene.noHole("catalogue");
    const { backup, said } = await job.run();
    expect(backup?.status, said).toBe("DONE");
  });
}
