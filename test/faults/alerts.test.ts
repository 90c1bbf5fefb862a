import { afterAll, beforeAll, describe, test } from "vitest";
import { AlertSink, EVERY_WAY } from "../lab/support/alert-sink.ts";
import { BackupSite } from "../lab/support/backup-site.ts";
import { Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { type Drilled, drilled } from "./alerts/drill.ts";
import { drillsOf } from "./alerts/drills.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" }, notifications: EVERY_WAY };

/** Each alert by the fault that it is for, through Prometheus and Alertmanager to whoever is told. */
describe("alerts", () => {
  const lab = new Lab(labName("-a"));
  const sink = new AlertSink(lab);
  const results: Drilled[] = [];

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    const up = await lab.holdfast("up");
    if (up.code !== 0) throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
    await sink.start();
  });
  afterAll(async () => {
    for (const { alert, fault, seconds, atMost } of results) {
      process.stderr.write(
        `· ${alert.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s of ${atMost}  ${fault}\n`,
      );
    }
    await lab.remove();
  });

  test.each(drillsOf(new BackupSite(lab)))("$alert: $fault", async (drill) => {
    results.push(await drilled(drill, lab, sink));
    await wholeCluster(lab, 180);
  });
});
