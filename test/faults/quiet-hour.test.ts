import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVENTS, STATUS_PAGE } from "../../components/monitoring/names.ts";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { Pgbench } from "../bench/pgbench.ts";
import { AlertSink, EVERY_WAY } from "../lab/support/alert-sink.ts";
import { eventually, Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { Prometheus } from "../lab/support/prometheus.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" }, notifications: EVERY_WAY };
/** The page as it was at the end of the hour, of which the README's picture is made. */
const PAGE = join(PROJECT_ROOT, ".holdfast", "status-page.html");
const MINUTES = 60;
const SWITCHOVER_AFTER_MINUTES = 20;
/** After that an alert of the beginning fires, if there is one. */
const BEGINNING_MS = 120_000;
/** Transactions a second: a busy cluster, and no exhausted one, of which alerts would be right to tell. */
const RATE = 40;

/** Who works and switches over as he is meant to hears of nothing but that. */
describe("an hour of load with a switchover in it", () => {
  const lab = new Lab(labName("-q"));
  const sink = new AlertSink(lab);
  const prometheus = new Prometheus(lab);

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    const up = await lab.holdfast("up");
    if (up.code !== 0) throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
    await sink.start();
    // What could not be told before there was somebody to tell is itself told of, a minute later and for five minutes.
    const somebody = Date.now();
    await eventually("nothing is left of the beginning", 900, async () => {
      if (Date.now() - somebody < BEGINNING_MS) throw new Error("it might be told yet");
      const left =
        await prometheus.query(`max by (alertname) (max_over_time(ALERTS{alertstate="firing",severity!="none"}[90s]))
        or label_replace(sum(increase(alertmanager_notifications_failed_total[7m])) > 0, "alertname", "a message that failed", "", "")`);
      if (left.length > 0) throw new Error(left.map(({ labels }) => labels["alertname"]).join(", "));
      return true;
    });
  });
  afterAll(() => lab.remove());

  test(
    "pages for nothing",
    async () => {
      const began = Date.now();
      const pgbench = await Pgbench.on(lab);
      await pgbench.run(pgbench.straight, "-q -i -s 10", 300);
      const until = Date.now() + MINUTES * 60_000;
      const ended: string[] = [];
      const load = async () => {
        while (Date.now() < until - 10_000) {
          const seconds = Math.min(Math.ceil((until - Date.now()) / 1000), 300);
          // Whoever lost his connection comes again, as applications do, and not without end.
          await pgbench.tps(pgbench.pooled, `-c 8 -R ${RATE}`, seconds).catch((error: unknown) => {
            ended.push(String(error));
            if (ended.length > 1) throw error;
          });
        }
      };
      const switchover = async () => {
        await new Promise((resolve) => setTimeout(resolve, SWITCHOVER_AFTER_MINUTES * 60_000));
        const { code, stderr } = await lab.holdfast("switchover", "--yes");
        expect(code, stderr).toBe(0);
      };
      await Promise.all([load(), switchover()]);
      const told = (await sink.messages()).filter(({ at, way }) => way !== "switch" && at * 1000 > began);
      const unwanted = told.filter(({ body }) => !JSON.stringify(body).includes(EVENTS.leaderChanged));
      expect(unwanted).toEqual([]);
      expect(told.length).toBeGreaterThan(0);
      expect((await lab.alerts("list")).stdout).not.toMatch(/critical|high|medium/);
      await wholeCluster(lab, 60);
      const page = await prometheus.get(`/consoles/${STATUS_PAGE}`);
      expect(page).toContain("All is well");
      await writeFile(PAGE, page);
    },
    (MINUTES + 15) * 60_000,
  );
});
