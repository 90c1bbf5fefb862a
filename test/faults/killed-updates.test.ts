import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };
const POINTS = 20;
/** An update that changes one setting takes about this long; some points lie behind its end, on purpose. */
const LONGEST_MS = 22_000;
const MEMBERS = ["db-1", "db-2", "db-3"];

/** Killed with all its children, at any moment, an update leaves nothing that the next one does not mend. */
describe("an update that is killed", () => {
  const lab = new Lab(labName("-k"));

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    const up = await lab.holdfast("up");
    if (up.code !== 0) throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
  });
  afterAll(() => lab.remove());

  test.each(Array.from({ length: POINTS }, (_, point) => point + 1))("at random point %i", async (point) => {
    const after = Math.random() * LONGEST_MS;
    const work_mem = `${4 + point}MB`;
    await lab.configure({ ...SETTINGS, postgres: { settings: { work_mem } } });
    const killed = execa("./holdfast", ["up", "--stack", lab.name], {
      cwd: PROJECT_ROOT,
      reject: false,
      stdin: "ignore",
      detached: true,
    });
    await Promise.race([killed, new Promise((resolve) => setTimeout(resolve, after))]);
    try {
      process.kill(-Number(killed.pid), "SIGKILL");
    } catch {
      // It had ended by then.
    }
    await killed;

    const up = await lab.holdfast("up");
    const when = `killed after ${(after / 1000).toFixed(2)} s`;
    process.stderr.write(`· ${when}: the next update took ${up.seconds.toFixed(1)} s\n`);
    expect(up.code, `${when}\n${up.stdout}\n${up.stderr}`).toBe(0);
    for (const member of MEMBERS) {
      expect(await lab.sql(member, "SHOW work_mem"), when).toBe(work_mem);
    }
    await wholeCluster(lab, 30);
    expect((await lab.holdfast("up")).stdout, when).toContain("Nothing changes");
  });
});
