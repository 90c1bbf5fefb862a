/** npm run bench: what a cluster on this machine costs and how fast it is, as a table and as JSON. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { report } from "../../scripts/report.ts";
import { prepareForTests, prepareMachine } from "../../scripts/setup/machine.ts";
import { Lab } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { measureUpdates } from "./build.ts";
import { measureGaps } from "./gaps.ts";
import { type Measure, renderMeasures } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { measureThroughput } from "./throughput.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };
const RESULTS = join(PROJECT_ROOT, ".holdfast", "bench.json");

await prepareMachine(report);
await prepareForTests(report);
await removeLeftovers();
const lab = new Lab(labName("-b"));
const measures: Measure[] = [];
/** Told at once, so that a run that fails later leaves what it has seen. */
const note = (...found: readonly Measure[]) => {
  measures.push(...found);
  for (const { what, value, bar } of found) report(`${what}: ${value}${bar === "" ? "" : ` (${bar})`}`);
};
try {
  await lab.configure(SETTINGS);
  note(...(await measureUpdates(lab, SETTINGS)));
  note(await measureMemory(lab));
  note(...(await measureThroughput(lab)));
  note(...(await measureGaps(lab)));
} finally {
  await lab.remove();
  await mkdir(join(PROJECT_ROOT, ".holdfast"), { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify({ at: new Date().toISOString(), measures }, null, 2)}\n`);
  process.stdout.write(renderMeasures(measures));
}
process.exitCode = measures.some((measure) => measure.met === false) ? 1 : 0;
