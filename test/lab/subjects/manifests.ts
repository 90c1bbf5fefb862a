import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BACKUP_METRICS, MANIFESTS } from "../../../components/barman/names.ts";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import { BackupSite } from "../support/backup-site.ts";
import { type Lab, wholeCluster } from "../support/lab.ts";

const ROWS = 1000;

interface Manifest {
  readonly backup: string;
  readonly member: string;
  readonly tables: readonly { readonly database: string; readonly table: string; readonly rows: number }[];
  readonly leftOut: readonly object[];
}

/** What the rows were when a backup was taken, and the restore test that compares them. */
export function manifestTests(lab: Lab): void {
  const site = new BackupSite(lab);
  const onHost = async () => (await lab.on("ops-1", `cat $(ls ${MANIFESTS}/*.json | tail -n 1)`)).stdout;

  describe("the manifest of a backup", () => {
    let manifest: Manifest;
    const application = async (...statements: string[]) => {
      const stack = await lab.stack();
      const client = await connect(stack, "writer", ownerOf(stack));
      for (const statement of statements) await client.query(statement);
      await client.end();
    };
    beforeAll(async () => {
      await application(
        `CREATE TABLE counted AS SELECT g AS n, md5(g::text) AS t FROM generate_series(1, ${ROWS}) g`,
        // Nobody but its owner sees its rows, and the manifest counts them all the same.
        "ALTER TABLE counted ENABLE ROW LEVEL SECURITY",
      );
      const { code, stderr } = await lab.on("ops-1", "systemctl start barman-backup", 120);
      expect(code, stderr).toBe(0);
      manifest = JSON.parse(await onHost());
    });
    afterAll(() => application("DROP TABLE counted"));

    test("has what the tables had, counted on a standby that goes on replaying", async () => {
      const { members } = await wholeCluster(lab, 60);
      const standbys = members.filter(({ role }) => role !== "leader").map(({ name }) => name);
      expect(standbys).toContain(manifest.member);
      expect(manifest.tables).toContainEqual(
        expect.objectContaining({ database: "app", schema: "public", table: "counted", rows: ROWS }),
      );
      expect(manifest.leftOut).toEqual([]);
      const metrics = (await lab.on("ops-1", `cat ${BACKUP_METRICS}`)).stdout;
      expect(metrics).toContain(`holdfast_backup_manifest_tables ${manifest.tables.length}\n`);
      expect(metrics).toMatch(/^holdfast_backup_size_bytes [1-9]\d*$/m);
      for (const standby of standbys) {
        expect(await lab.sql(standby, "SELECT pg_get_wal_replay_pause_state()")).toBe("not paused");
      }
    });

    test("is in the bucket, word by word, as the one of the first backup is", async () => {
      const folder = `${await site.place()}/${lab.name}/manifests`;
      const stdout = await site.inStore(`ls ${folder} | wc -l; cat ${folder}/${manifest.backup}.json`);
      const [there = "", text = ""] = stdout.split("\n");
      expect(Number(there)).toBeGreaterThanOrEqual(2);
      expect(JSON.parse(text)).toEqual(manifest);
    });

    test("is what a restored server is compared with: a row less fails the restore test, by the table's name", async () => {
      const path = `${MANIFESTS}/${manifest.backup}.json`;
      const more = `(.tables[] | select(.table == "counted") | .rows) += 1`;
      await lab.on("ops-1", `cp -a ${path} /tmp/manifest && jq '${more}' /tmp/manifest >${path}`);
      try {
        const ran = await site.restore("test", "--from", "barman");
        expect(ran.code).toBe(1);
        expect(ran.stderr).toContain(
          `table public.counted of database app: ${ROWS} rows instead of ${ROWS + 1}`,
        );
      } finally {
        await lab.on("ops-1", `cp -a /tmp/manifest ${path} && rm /tmp/manifest`);
      }
    });
  });
}
