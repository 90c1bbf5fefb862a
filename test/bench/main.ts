/**
 * npm run bench [-- MEASURE...]: what a cluster on this machine costs and how fast it is, as a table and as JSON; all
 * measures, or those that are named.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTop } from "../../scripts/cli/run.ts";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { report, UserError } from "../../scripts/report.ts";
import { prepareForTests, prepareMachine } from "../../scripts/setup/machine.ts";
import { Lab } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { measureAlerts } from "./alerts.ts";
import { measureArchiving } from "./archiving.ts";
import { measureUpdates, up } from "./build.ts";
import { measureGaps } from "./gaps.ts";
import { type Measure, renderMeasures, seconds } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { measureRestores } from "./restores.ts";
import { measureThroughput } from "./throughput.ts";

/** Two processors for the operations host: what restores is compared with must not be held back by a quota. */
const SETTINGS = {
  availability: { durability: "strict", rto: "fast" },
  hosts: { operations: { cpu: 2 } },
};
const RESULTS = join(PROJECT_ROOT, ".holdfast", "bench.json");

/** In the order in which they are run: the first one builds the lab, the last one fills its disks. */
const MEASURES: Readonly<Record<string, (lab: Lab) => Promise<Measure[]>>> = {
  updates: (lab) => measureUpdates(lab, SETTINGS),
  memory: async (lab) => [await measureMemory(lab)],
  throughput: measureThroughput,
  archiving: measureArchiving,
  gaps: measureGaps,
  alerts: (lab) => measureAlerts(lab, SETTINGS),
  restores: measureRestores,
};

async function bench(named: readonly string[]): Promise<void> {
  const unknown = named.find((name) => !(name in MEASURES));
  if (unknown !== undefined)
    throw new UserError(
      `there is no measure "${unknown}"`,
      `name some of ${Object.keys(MEASURES).join(", ")}`,
    );
  const chosen = Object.entries(MEASURES).filter(([name]) => named.length === 0 || named.includes(name));
  await prepareMachine(report);
  await prepareForTests(report);
  await removeLeftovers();
  const lab = new Lab(labName("-b"));
  const measures: Measure[] = [];
  try {
    await lab.configure(SETTINGS);
    if (chosen[0]?.[0] !== "updates") await up(lab);
    for (const [name, measure] of chosen) {
      const began = Date.now();
      const found = await measure(lab);
      measures.push(...found);
      // Told at once, so that a run that fails later leaves what it has seen.
      for (const { what, value, bar } of found) report(`${what}: ${value}${bar === "" ? "" : ` (${bar})`}`);
      report(`${name} took ${seconds((Date.now() - began) / 1000)}`);
    }
  } finally {
    await lab.remove();
    await mkdir(join(PROJECT_ROOT, ".holdfast"), { recursive: true });
    await writeFile(RESULTS, `${JSON.stringify({ at: new Date().toISOString(), measures }, null, 2)}\n`);
    process.stdout.write(renderMeasures(measures));
  }
  process.exitCode = measures.some((measure) => measure.met === false) ? 1 : 0;
}

await runTop(() => bench(process.argv.slice(2)));
