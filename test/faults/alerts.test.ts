import { afterAll, beforeAll, describe } from "vitest";
import { AlertSink } from "../lab/support/alert-sink.ts";
import { Lab } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { badInputTests } from "./alerts/bad-input.ts";
import { BATCHES } from "./alerts/batches.ts";
import { orderedTests } from "./alerts/ordered.ts";
import { DRILL_SETTINGS, makeDrillDisks } from "./alerts/settings.ts";
import { drillTests } from "./alerts/tests.ts";

/** Each alert by the fault that it is for, through Prometheus and Alertmanager to whoever is told. */
describe("alerts", () => {
  const lab = new Lab(labName("-a"));
  const sink = new AlertSink(lab);

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(DRILL_SETTINGS);
    await makeDrillDisks(lab);
    const up = await lab.holdfast("up");
    if (up.code !== 0) throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
    await sink.start();
  });
  afterAll(() => lab.remove());

  drillTests(lab, sink, BATCHES);
  orderedTests(lab, sink);
  badInputTests(lab, sink, DRILL_SETTINGS);
});
