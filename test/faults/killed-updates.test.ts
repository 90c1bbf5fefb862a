import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };
const RELOADS = 14;
const RESTARTS = 6;
/** An update that changes one setting takes about this long; some points lie behind its end, on purpose. */
const LONGEST_RELOAD_MS = 15_000;
/** One that restarts all servers: the preview, then the files, then one server after the other. */
const RESTARTS_BEGIN_MS = 8_000;
const LONGEST_RESTART_MS = 35_000;
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

  const killedAfter = async (milliseconds: number) => {
    const killed = execa("./holdfast", ["up", "--stack", lab.name], {
      cwd: PROJECT_ROOT,
      reject: false,
      stdin: "ignore",
      detached: true,
    });
    await Promise.race([killed, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
    try {
      process.kill(-Number(killed.pid), "SIGKILL");
    } catch {
      // It had ended by then.
    }
    await killed;
  };
  /** The next update brings about what the killed one was for. */
  const converges = async (when: string, parameter: string, value: string) => {
    const up = await lab.holdfast("up");
    process.stderr.write(`· ${when}: the next update took ${up.seconds.toFixed(1)} s\n`);
    expect(up.code, `${when}\n${up.stdout}\n${up.stderr}`).toBe(0);
    for (const member of MEMBERS) {
      expect(await lab.sql(member, `SHOW ${parameter}`), when).toBe(value);
    }
    await wholeCluster(lab, 30);
    expect((await lab.holdfast("up")).stdout, when).toContain("Nothing changes");
  };
  const points = (count: number) => Array.from({ length: count }, (_, point) => point + 1);

  test.each(points(RELOADS))("at random point %i", async (point) => {
    const after = Math.random() * LONGEST_RELOAD_MS;
    const work_mem = `${4 + point}MB`;
    await lab.configure({ ...SETTINGS, postgres: { settings: { work_mem } } });
    await killedAfter(after);
    await converges(`killed after ${(after / 1000).toFixed(2)} s`, "work_mem", work_mem);
  });

  test.each(points(RESTARTS))("in a rolling restart, at random point %i", async (point) => {
    const after = RESTARTS_BEGIN_MS + Math.random() * (LONGEST_RESTART_MS - RESTARTS_BEGIN_MS);
    const max_connections = 100 + point;
    await lab.configure({ ...SETTINGS, postgres: { settings: { max_connections } } });
    await killedAfter(after);
    const when = `killed in a rolling restart after ${(after / 1000).toFixed(2)} s`;
    await converges(when, "max_connections", String(max_connections));
  });
});
