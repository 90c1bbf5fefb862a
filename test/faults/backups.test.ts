import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERY_WAY } from "../lab/support/alert-sink.ts";
import { containerOf, Lab } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { makeSmallDisk } from "../lab/support/small-disk.ts";
import { accessTests } from "./backups/access.ts";
import { clockTests } from "./backups/clock.ts";
import { outageTests } from "./backups/outage.ts";
import { restoreFaultTests } from "./backups/restores.ts";
import { Scene } from "./backups/scene.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" }, notifications: EVERY_WAY };

/** One lab for all of them, in this order, under writes that have to be there at the end. */
describe("faults of backups", () => {
  const lab = new Lab(labName());
  const scene = new Scene(lab);

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    // So small that it can be filled.
    await makeSmallDisk(containerOf(lab.name, "ops-1"), "6g");
    const up = await lab.holdfast("up");
    if (up.code !== 0) {
      throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
    }
    await scene.begin();
  });
  afterAll(() => lab.remove());

  accessTests(scene);
  restoreFaultTests(scene);
  outageTests(scene);
  clockTests(scene);

  test("no member has lost a row that was acknowledged, and an update finds nothing to change", async () => {
    await scene.writes.stop();
    expect(await scene.missing()).toEqual([]);
    const up = await lab.holdfast("up");
    expect(up.stdout, up.stderr).toContain("Nothing changes");
  });
});
