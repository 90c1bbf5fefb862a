import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCRATCH } from "../../../components/restore/names.ts";
import { AlertSink } from "../../lab/support/alert-sink.ts";
import { eventually } from "../../lab/support/lab.ts";
import { OF_EVERY_CHANGE } from "../alerts/batches.ts";
import { drillTests } from "../alerts/tests.ts";
import { copyTests } from "./copies.ts";
import { fullDiskTests } from "./full-disk.ts";
import { neighbourTests } from "./restores.ts";
import { retentionTests } from "./retention.ts";
import type { Scene } from "./scene.ts";
import type { Answers } from "./writes.ts";

const OUTAGE_SECONDS = 600;
const CALM_MS = 10_000;
/** What comes once a minute at least. */
const FILES = OUTAGE_SECONDS / 60;

/** The bucket is gone for ten minutes, and meanwhile all else goes wrong as well: it holds up nobody. */
export function outageTests(scene: Scene): void {
  const { site, job } = scene;
  const calm = () => new Promise<void>((resolve) => setTimeout(resolve, CALM_MS));

  describe("the bucket stopped for ten minutes under writes", () => {
    let stopped = 0;
    let before: Answers | undefined;
    let running = false;
    const bringBack = async () => {
      if (!running) await site.store("start");
      running = true;
    };

    beforeAll(async () => {
      before = await scene.answering("bucket there", 3, calm);
      await site.emptied();
      await site.store("stop");
      stopped = Date.now();
    });
    afterAll(bringBack);

    test("the database answers as before, and the queue says how long it waits", async () => {
      const file = await site.endFile();
      const during = await scene.answering("bucket stopped", 3, calm);
      expect(during.medianMs).toBeLessThan(2 * (before?.medianMs ?? 0) + 5);
      await eventually("it is told that the bucket does not answer", 60, async () => {
        const metrics = await site.metrics();
        return (
          metrics.get("holdfast_bucket_reachable") === 0 &&
          Number(metrics.get("holdfast_bucket_queue_files")) > 0 &&
          Number(metrics.get("holdfast_bucket_oldest_waiting_timestamp_seconds")) * 1000 > stopped - 90_000 &&
          Number(metrics.get("holdfast_bucket_upload_failures_total")) > 0
        );
      });
      expect(await site.waiting()).toContain(file);
      expect(await site.ops("journalctl --unit barman-ship --since '-1min' --output cat --no-pager")).toMatch(
        /ERROR [0-9A-F]{24} is not in the bucket yet: .*Could not connect to the endpoint URL/,
      );
    });

    test("a base backup is whole on the host, and the job fails, says why and is tried again", async () => {
      const { result, said, again, backup } = await job.run();
      expect(backup?.status, said).toBe("DONE");
      expect([result, again], said).toEqual(["exit-code", true]);
      expect(said).toMatch(/Could not connect to the endpoint URL/);
      expect((await site.metrics()).get('holdfast_job_running{job="barman-backup"}')).toBe(0);
    });

    copyTests(scene);
    fullDiskTests(scene);
    neighbourTests(scene);

    test("the operations host is killed in a restore: nothing is left, and the next one works", async () => {
      const run = site.restore("run", "--from", "barman", "--name", "killed");
      await eventually("the restore is under way", 30, async () => {
        const { stdout } = await scene.lab.on(
          "ops-1",
          `test -d ${SCRATCH}/killed/data && cat ${SCRATCH}/killed.status`,
        );
        return stdout.includes('"restoring"');
      });
      await scene.answering("operations host killed in a restore", 3, async () => {
        await scene.lab.container("kill", "ops-1");
        await scene.startOperationsHost();
      });
      expect((await run).code).toBe(1);
      expect(await site.ops(`ls -A ${SCRATCH}`)).toBe("");
      const again = await site.restore("run", "--from", "barman", "--name", "killed");
      expect(again.code, again.stderr).toBe(0);
      await site.restore("stop", "killed");
      expect(await site.ops(`ls -A ${SCRATCH}`)).toBe("");
    });

    retentionTests(scene);

    describe("people are told meanwhile", () => {
      const sink = new AlertSink(scene.lab);
      beforeAll(() => sink.start());
      afterAll(() => sink.stop());
      // Of what else is wrong in an outage somebody may be told.
      const batches = OF_EVERY_CHANGE.map(({ name, drills }) => ({ name, drills }));
      drillTests(scene.lab, sink, batches);
    });

    test("nothing that came meanwhile is lost on the way: it waits", async () => {
      await scene.whole();
      const last = await site.endFile();
      const waiting = await site.waiting();
      expect(waiting).toContain(last);
      await scene.noHole("catalogue");
    });

    test("after ten minutes it comes back, and all of it comes into it by itself", async () => {
      const rest = stopped + OUTAGE_SECONDS * 1000 - Date.now();
      process.stderr.write(`· ${Math.round(rest / 1000)} s of the outage are left\n`);
      await scene.answering(
        "bucket still stopped",
        3,
        () => new Promise((resolve) => setTimeout(resolve, rest)),
      );
      const files = (await site.waiting()).filter((name) => /^[0-9A-F]{24}$/.test(name));
      expect(files.length).toBeGreaterThan(FILES);
      const metrics = await site.metrics();
      expect(Number(metrics.get("holdfast_bucket_oldest_waiting_timestamp_seconds")) * 1000).toBeLessThan(
        Date.now() - OUTAGE_SECONDS * 900,
      );
      const started = Date.now();
      await bringBack();
      await site.emptied(120);
      process.stderr.write(
        `· ${files.length} files, ${Math.round((metrics.get("holdfast_bucket_queue_bytes") ?? 0) / 2 ** 20)} MiB waited; in the bucket ${Math.round((Date.now() - started) / 1000)} s after its return\n`,
      );
      const there = new Set(await site.bucket());
      expect(files.filter((name) => !there.has(name))).toEqual([]);
      await scene.noHole("bucket");
      expect((await site.metrics()).get("holdfast_bucket_reachable")).toBe(1);
    });

    test("the next run of the job brings the backups into the bucket that are not there", async () => {
      const { result, said } = await job.run();
      expect(result, said).toBe("success");
      const whole = (await site.backups()).filter(({ status }) => status === "DONE").map(({ id }) => id);
      const rows: { source: string; id: string; walMissing: string | null }[] = JSON.parse(
        (await site.restore("list", "--json")).stdout,
      );
      const inBucket = rows.filter(({ source }) => source === "bucket");
      expect(inBucket.map(({ id }) => id)).toEqual(expect.arrayContaining(whole));
      expect(rows.filter(({ walMissing }) => walMissing !== null)).toEqual([]);
    });

    test("restored from the bucket to the end, the data has every row that was acknowledged", async () => {
      const acknowledged = scene.writes.acknowledged.map(({ row }) => row);
      await site.endFileInBucket();
      const ran = await site.restore("run", "--from", "bucket", "--name", "rows");
      expect(ran.code, ran.stderr).toBe(0);
      const rows = new Set((await scene.restored("rows", "SELECT row FROM ledger")).split("\n"));
      expect(acknowledged.filter((row) => !rows.has(row))).toEqual([]);
      process.stderr.write(`· ${acknowledged.length} acknowledged rows are in the restored data\n`);
      await site.restore("stop", "rows");
    });
  });
}
