import { afterAll, beforeAll, describe } from "vitest";
import { Lab } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { interruptionTests } from "./interruptions.ts";
import { lostVolumeTests } from "./lost-volume.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };

/** What happens to updates, hosts and volumes while nobody wants it: too long for every change. */
describe("a cluster whose updates and hosts are interrupted", () => {
  const lab = new Lab(labName("-i"));

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    const up = await lab.holdfast("up");
    if (up.code !== 0) throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
  });
  afterAll(() => lab.remove());

  lostVolumeTests(lab);
  interruptionTests(lab, SETTINGS);
});
