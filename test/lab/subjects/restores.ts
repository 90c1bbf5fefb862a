import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RESTORE_TEST_METRICS, restoreUnit, SCRATCH } from "../../../components/restore/names.ts";
import { BackupSite } from "../support/backup-site.ts";
import type { Lab } from "../support/lab.ts";
import { restoreTools } from "../support/restore-tools.ts";

const ROWS = 1000;

/** Backups brought back beside the cluster: every moment, from both places, and what is damaged. */
export function restoreTests(lab: Lab): void {
  const site = new BackupSite(lab);
  const restore = site.restore.bind(site);
  const { application, restored, nothingLeft } = restoreTools(lab);

  describe("a table that was dropped", () => {
    let moment = "";
    beforeAll(async () => {
      await application(
        `CREATE TABLE drill AS SELECT g AS n, md5(g::text) AS t FROM generate_series(1, ${ROWS}) g`,
      );
      await application("CREATE TYPE mood AS ENUM ('calm')");
      await application(
        "CREATE TABLE moody AS SELECT 'calm'::mood AS mood, repeat('x', 200) AS t FROM generate_series(1, 50000)",
      );
      moment = await application("SELECT clock_timestamp()::text AS value");
      await application("DROP TABLE moody");
      await application("DROP TYPE mood");
      await application("INSERT INTO drill SELECT g, 'later' FROM generate_series(1, 500) g");
      await application("DROP TABLE drill");
      await site.endFileInBucket();
    });
    afterAll(() => restore("stop", "drill"));

    test("is there beside the cluster, as it was at that moment, on a server that archives nothing", async () => {
      const ran = await restore("run", "--to", moment, "--name", "drill");
      expect(ran.code, ran.stderr).toBe(0);
      expect(ran.stderr).toContain("not in it  everything that was committed after time ");
      expect(ran.stdout).toMatch(
        /^recovered to [0-9A-F]+\/[0-9A-F]+, last commit \d{4}-.*; wanted was time /,
      );
      expect(await restored("drill", "SELECT count(*), count(*) FILTER (WHERE t = 'later') FROM drill")).toBe(
        `${ROWS}|0`,
      );
      expect(await restored("drill", "SHOW archive_mode")).toBe("off");
      expect(await restored("drill", "SHOW listen_addresses")).toBe("");
      // Only whoever owns the backups may ask it.
      expect((await lab.on("ops-1", `stat -c %U%a ${SCRATCH}`)).stdout).toBe("barman700\n");

      const again = await restore("run", "--name", "drill");
      expect(again.code).toBe(1);
      expect(again.stderr).toContain('there is a restore "drill" already on ops-1');
      expect((await restore("stop", "drill")).stdout).toBe("drill is gone, with its data");
      await nothingLeft("drill");
    });

    test("comes back into the cluster, all of it or nothing", async () => {
      const ran = await restore("run", "--to", moment, "--table", "drill");
      expect(ran.code, ran.stderr).toBe(0);
      expect(ran.stdout).toContain(`"public"."drill" is back in app, with ${ROWS} rows`);
      expect(await application("SELECT count(*)::text AS value FROM drill")).toBe(String(ROWS));
      await nothingLeft("scratch");
      const again = await restore("run", "--to", moment, "--table", "drill");
      expect(again.code).toBe(1);
      expect(again.stderr).toContain(
        'there is a table "public"."drill" in app already, which is left as it is',
      );
      await nothingLeft("scratch");
      await application("DROP TABLE drill");
      // Its type went as well: refused at the first line of a dump that goes on.
      const refused = await restore("run", "--to", moment, "--table", "moody");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        '"public"."moody" was not brought back, and nothing of it is in app: ',
      );
      expect(refused.stderr).toContain('type "public.mood" does not exist');
      await nothingLeft("scratch");
    });
  });

  describe("a restore from Barman's catalogue", () => {
    afterAll(() => restore("stop", "newest"));

    test("has what was streamed a moment ago", async () => {
      await application("CREATE TABLE just_now AS SELECT 42 AS answer");
      const ran = await restore("run", "--from", "barman", "--name", "newest");
      expect(ran.code, ran.stderr).toBe(0);
      expect(await restored("newest", "SELECT answer FROM just_now")).toBe("42");
      await application("DROP TABLE just_now");
    });

    test("that is killed leaves nothing behind", async () => {
      const { code } = await lab.on(
        "ops-1",
        `systemctl kill --signal=KILL ${restoreUnit("newest")} && sleep 2; systemctl is-active ${restoreUnit("newest")}`,
      );
      expect(code).not.toBe(0);
      await nothingLeft("newest");
    });
  });

  describe("the restore test", () => {
    test("passes from both places in turns, and says so in the list and in metrics", async () => {
      const places: string[] = [];
      for (const _ of [1, 2]) {
        const ran = await restore("test");
        expect(ran.code, ran.stderr).toBe(0);
        // What was counted when the backup was taken.
        expect(ran.stdout).toMatch(
          /^ {2}rows {9}of [1-9]\d* tables as they were counted at [0-9A-F]+\/[0-9A-F]+$/m,
        );
        places.push(/^the backup \d{8}T\d{6} from (.*) was restored and is good/.exec(ran.stdout)?.[1] ?? "");
        await nothingLeft("test");
      }
      expect(places.sort()).toEqual(["Barman's catalogue", "the bucket"]);
      const metrics = (await lab.on("ops-1", `cat ${RESTORE_TEST_METRICS}`)).stdout;
      expect(metrics).toContain("holdfast_restore_test_success 1\n");
      expect(metrics).toMatch(/^holdfast_restore_test_tables_compared [1-9]\d*$/m);
      const rows = JSON.parse((await restore("list", "--json")).stdout);
      expect(rows.map(({ source, proven }: { source: string; proven: object }) => [source, proven])).toEqual(
        expect.arrayContaining([
          ["bucket", { at: expect.any(String), problems: [] }],
          ["barman", { at: expect.any(String), problems: [] }],
        ]),
      );
    });

    test.each([
      [
        "a base backup of which a part is cut off",
        "data.tar.gz",
        "truncate -s 1M",
        /data\.tar\.gz is damaged or missing/,
      ],
      [
        "a base backup that is not there",
        "data.tar.gz",
        "rm",
        /data\.tar\.gz is damaged or missing: it is not in the bucket/,
      ],
    ])("fails on %s", async (_, name, damage, cause) => {
      await site.damaged(name, damage, async () => {
        const ran = await restore("test", "--from", "bucket");
        expect(ran.code).toBe(1);
        expect(ran.stderr).toMatch(cause);
        await nothingLeft("test");
      });
    });

    test("fails on a WAL file that is damaged, and on one that is missing", async () => {
      const file = await site.endFileInBucket();
      await site.endFileInBucket();
      for (const [damage, cause] of [
        ["truncate -s 100", new RegExp(`the WAL file ${file} from the bucket is damaged or missing`)],
        ["rm", new RegExp(`the WAL file ${file} is missing from the bucket, although later ones are there`)],
      ] as const) {
        await site.damaged(`${file}.*`, damage, async () => {
          const ran = await restore("test", "--from", "bucket");
          expect(ran.code).toBe(1);
          expect(ran.stderr).toMatch(cause);
        });
      }
      expect((await lab.on("ops-1", `cat ${RESTORE_TEST_METRICS}`)).stdout).toContain(
        "holdfast_restore_test_success 0\n",
      );
    });
  });
}
