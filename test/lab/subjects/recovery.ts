import { beforeAll, describe, expect, test } from "vitest";
import { MAINTENANCE_MARK } from "../../../components/paths.ts";
import { BackupSite } from "../support/backup-site.ts";
import { type Lab, wholeCluster } from "../support/lab.ts";
import { restoreTools } from "../support/restore-tools.ts";

const ROWS = 1000;
const TIMEOUT_MS = 600_000;

/** The cluster's data, exchanged for that of another moment, and back. */
export function recoveryTests(lab: Lab): void {
  const site = new BackupSite(lab);
  const restore = site.restore.bind(site);
  const { application, nothingLeft } = restoreTools(lab);
  const replace = (to: string, confirm: string) =>
    restore("run", "--to", to, "--into", "cluster", "--confirm", confirm);
  const rows = (table: string) => application(`SELECT count(*)::text AS value FROM ${table}`);
  const there = (table: string) => application(`SELECT (to_regclass('${table}') IS NOT NULL)::text AS value`);
  const timelines = async () =>
    (await wholeCluster(lab, 60)).members.map(({ timeline }) => timeline ?? Number.NaN);
  const keptFolders = async (host: string) =>
    (await lab.on(host, "ls -d /srv/data/before-recovery/* /srv/data/recovered")).stdout.trim();
  /** The newest backup is on the way to now, and whole in both places. */
  const backupsGoOn = async () => {
    await site.endFileInBucket();
    for (const from of ["bucket", "barman"]) {
      const tested = await restore("test", "--from", from);
      expect(tested.code, tested.stderr).toBe(0);
    }
  };

  describe("a recovery in place", () => {
    let moment = "";
    let before: number[] = [];
    beforeAll(async () => {
      await application(`CREATE TABLE kept AS SELECT g AS n FROM generate_series(1, ${ROWS}) g`);
      moment = await application("SELECT clock_timestamp()::text AS value");
      await application("CREATE TABLE too_late AS SELECT 1 AS n");
      await application("DROP TABLE kept");
      await site.endFileInBucket();
      before = await timelines();
    });

    test("is refused under another name, before anything is fetched", async () => {
      const ran = await replace(moment, "another");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(`nothing was done, for "another" is not the cluster's name`);
      await nothingLeft("cluster");
    });

    test(
      "goes back to what was there when the data does not come to lead",
      async () => {
        const { leader } = await wholeCluster(lab, 60);
        const dropIn = "/run/systemd/system/patroni.service.d/fails-once.conf";
        // At its first start alone.
        await lab.on(
          String(leader),
          `mkdir -p $(dirname ${dropIn}) && printf '[Service]\nExecStartPre=+/bin/sh -c "test -e /run/failed || { touch /run/failed; exit 1; }"\n' >${dropIn} && systemctl daemon-reload`,
        );
        const ran = await replace(moment, lab.name);
        await lab.on(String(leader), `rm -f ${dropIn} /run/failed && systemctl daemon-reload`);
        expect(ran.code).toBe(1);
        expect(ran.stderr).toContain("that failed; the cluster goes back to what it had");
        expect(ran.stderr).toContain("control process exited with error code");
        expect(await rows("too_late")).toBe("1");
        expect(await keptFolders(String(leader))).toBe("");
        const marks = (await wholeCluster(lab, 60)).members.map(({ name }) =>
          lab.on(name, `ls ${MAINTENANCE_MARK}`),
        );
        expect((await Promise.all(marks)).map(({ code }) => code)).not.toContain(0);
      },
      TIMEOUT_MS,
    );

    test(
      "has exactly the rows of that moment, on all members, and goes on from there",
      async () => {
        const ran = await replace(moment, lab.name);
        expect(ran.code, ran.stderr).toBe(0);
        expect(ran.stdout).toMatch(/^recovered to .*; wanted was time /m);
        expect(await rows("kept")).toBe(String(ROWS));
        expect(await there("too_late")).toBe("false");
        expect(Math.min(...(await timelines()))).toBeGreaterThan(Math.max(...before));
        await application("INSERT INTO kept VALUES (0)");
        await backupsGoOn();
        expect((await lab.holdfast("up")).code).toBe(0);
      },
      TIMEOUT_MS,
    );

    test("leaves no WAL behind that another timeline is ahead of, and streams again", async () => {
      const { stdout } = await lab.on("ops-1", `ls ${site.folder}/streaming`);
      const newest = Math.max(...(await timelines()));
      expect(
        stdout
          .trim()
          .split("\n")
          .map((name) => Number.parseInt(name.slice(0, 8), 16)),
      ).toEqual([newest]);
    });

    test(
      "is undone: what was there before is there again, and goes on from there",
      async () => {
        const recovered = await timelines();
        const ran = await restore("undo", "--confirm", lab.name);
        expect(ran.code, ran.stderr).toBe(0);
        expect(await there("kept")).toBe("false");
        expect(await rows("too_late")).toBe("1");
        expect(Math.min(...(await timelines()))).toBeGreaterThan(Math.max(...recovered));
        await backupsGoOn();
      },
      TIMEOUT_MS,
    );

    test("keeps what it had until that is confirmed to be of no use", async () => {
      const { leader } = await wholeCluster(lab, 60);
      expect((await restore("confirm", "--yes")).stdout).toBe("there is no data from before a recovery");
      const folder = "/srv/data/before-recovery/20260101T000000Z";
      await lab.on(String(leader), `install -d -o postgres -g postgres -m 0700 ${folder}`);
      const unasked = await restore("confirm");
      expect(unasked.stderr).toContain(`the data from before the recovery is DELETED: ${leader}:${folder}`);
      expect(await keptFolders(String(leader))).toBe(folder);
      const confirmed = await restore("confirm", "--yes");
      expect(confirmed.code, confirmed.stderr).toBe(0);
      expect(await keptFolders(String(leader))).toBe("");
    });
  });
}
