import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { containerOf, Lab } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { makeSmallDisk } from "../lab/support/small-disk.ts";
import { FAULTS } from "./faults/all.ts";
import { SMALL_DISK_HOST } from "./faults/storage.ts";
import { type FaultResult, runFault } from "./support/run-fault.ts";
import { SABOTAGES } from "./support/sabotage.ts";
import { renderFaults } from "./support/table.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };
const RESULTS = join(PROJECT_ROOT, ".holdfast", "faults.json");

/** One lab for all of them; one alone: npm run test:faults -- -t "postmaster killed". */
describe("faults", () => {
  const lab = new Lab(labName());
  const results: FaultResult[] = [];

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    await makeSmallDisk(containerOf(lab.name, SMALL_DISK_HOST), "2g");
    const up = await lab.holdfast("up");
    if (up.code !== 0) {
      throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
    }
  });
  afterAll(async () => {
    await lab.remove();
    process.stderr.write(`${renderFaults(results)}\n`);
  });

  for (const fault of FAULTS) {
    test(fault.name, async () => {
      const result = await runFault(lab, fault);
      results.push(result);
      process.stderr.write(
        `· ${fault.name}: ${result.gapSeconds.toFixed(1)} s without a write, ${result.problems.length === 0 ? "ok" : "FAILED"}\n`,
      );
      // After each, so that a run that is stopped leaves what it has seen.
      await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
      expect(result.problems, fault.notes).toEqual([]);
    });
  }

  describe("the suite itself notices", () => {
    test.each(SABOTAGES)("$name", async (sabotage) => {
      const { problems } = await runFault(lab, sabotage);
      expect(problems).toContainEqual(expect.stringMatching(sabotage.noticed));
    });
  });
});
