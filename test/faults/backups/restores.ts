import { afterEach, describe, expect, test } from "vitest";
import { SCRATCH } from "../../../components/restore/names.ts";
import { eventually } from "../../lab/support/lab.ts";
import type { Scene } from "./scene.ts";

/** Restores that cannot be, and what can be instead. */
export function restoreFaultTests(scene: Scene): void {
  const { site } = scene;

  describe("a restore", () => {
    const open: string[] = [];
    const run = async (name: string, ...options: string[]) => {
      open.push(name);
      return site.restore("run", "--name", name, ...options);
    };
    afterEach(async () => {
      for (const name of open.splice(0)) await site.restore("stop", name);
    });

    test("from a damaged backup says which object, and from the one before it works", async () => {
      const ids = (await site.backups()).map(({ id }) => id);
      const [previous, newest] = ids.slice(-2);
      await site.damaged("data.tar.gz", "truncate -s 1M", async () => {
        const refused = await run("damaged");
        expect(refused.code).toBe(1);
        expect(refused.stderr).toMatch(
          new RegExp(`${newest}/data\\.tar\\.gz is damaged or missing[\\s\\S]*--backup previous`),
        );
        const ran = await run("previous", "--backup", "previous");
        expect(ran.code, ran.stderr).toBe(0);
        expect(ran.stderr).toContain(`backup     ${previous}, ended`);
        expect(Number(await scene.restored("previous", "SELECT count(*) FROM ledger"))).toBeGreaterThan(0);
      });
    });

    test("to a moment before the first backup, or after the last WAL file, says which moments there are", async () => {
      const early = await site.restore("plan", "--to", "2020-01-01 00:00:00+00");
      expect(early.code).toBe(1);
      expect(early.stderr).toMatch(
        /2020-01-01 00:00:00\+00:00 is before the first backup in the bucket[\s\S]*the earliest moment that can be recovered is \d{4}-/,
      );
      const moment = (await site.ops("date --utc '+%F %T.%3N+00'")).trim();
      const late = await site.restore("plan", "--to", moment);
      expect(late.code).toBe(1);
      expect(late.stderr).toMatch(
        /is after the end of the WAL in the bucket, of which the last file came at \d{4}-/,
      );
      const coming = await site.restore("plan", "--to", "2126-01-01 00:00:00+00");
      expect(coming.code).toBe(1);
      expect(coming.stderr).toContain("is in the future");
      await site.endFileInBucket();
      const there = await site.restore("plan", "--to", moment);
      expect(there.code, there.stderr).toBe(0);
    });
  });
}

/** Restored servers beside each other, and what they must not do; none of it needs the bucket. */
export function neighbourTests(scene: Scene): void {
  const { lab, site } = scene;

  describe("a restored server", () => {
    const open: string[] = [];
    const run = async (name: string, ...options: string[]) => {
      open.push(name);
      return site.restore("run", "--name", name, ...options);
    };
    afterEach(async () => {
      for (const name of open.splice(0)) await site.restore("stop", name);
    });

    test("beside another one: both are whole, each with its own data", async () => {
      const before = await site.ops("date --utc '+%F %T.%3N+00'");
      const rows = scene.writes.acknowledged.length;
      await site.endFile();
      const [old, latest] = await Promise.all([
        run("old", "--to", before, "--from", "barman"),
        run("latest", "--from", "barman"),
      ]);
      expect(old.code, old.stderr).toBe(0);
      expect(latest.code, latest.stderr).toBe(0);
      const counts = await Promise.all(
        ["old", "latest"].map((name) => scene.restored(name, "SELECT count(*) FROM ledger")),
      );
      expect(Number(counts[0])).toBeLessThan(Number(counts[1]));
      expect(Number(counts[1])).toBeGreaterThan(rows);
      expect((await site.restore("stop", "old")).code).toBe(0);
      expect(Number(await scene.restored("latest", "SELECT count(*) FROM ledger"))).toBe(Number(counts[1]));
    });

    test("leaves the archive alone: nothing of its own timeline comes there, and it has no key to bring it", async () => {
      const ran = await run("silent", "--from", "barman");
      expect(ran.code, ran.stderr).toBe(0);
      const file = await scene.restored(
        "silent",
        "CREATE TABLE mark AS SELECT 1;\nSELECT pg_walfile_name(pg_switch_wal());\nCHECKPOINT;",
      );
      const timeline = file.slice(0, 8);
      const ownTimeline = await lab.sql(
        await scene.whole(),
        "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)",
      );
      expect(timeline).not.toBe(ownTimeline);
      expect(
        await scene.restored("silent", "SELECT archived_count + failed_count FROM pg_stat_archiver"),
      ).toBe("0");
      expect(
        await scene.restored(
          "silent",
          "SELECT string_agg(setting, ',' ORDER BY name) FROM pg_settings WHERE name IN ('archive_mode', 'archive_library', 'listen_addresses', 'primary_conninfo')",
        ),
      ).toBe(",off,,");
      // A whole round of what takes files in, and of what sends them.
      await site.endFile();
      const found = await site.ops(
        `find ${site.folder} /srv/data/barman/for-the-bucket -name '${timeline}*'`,
      );
      expect(found).toBe("");
      const { domain } = await lab.stack();
      const asMember = await lab.on(
        "ops-1",
        `cd / && runuser -u barman -- ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null barman@ops-1.${domain} 'barman put-wal ${lab.name} --test'`,
      );
      expect(asMember.code).toBe(255);
      expect(asMember.stderr).toContain("Permission denied");
    });

    test("leaves no folder behind", async () => {
      await eventually("all of them are gone", 30, async () => (await site.ops(`ls -A ${SCRATCH}`)) === "");
    });
  });
}
