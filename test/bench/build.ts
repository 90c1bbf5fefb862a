import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { report } from "../../scripts/report.ts";
import type { Lab } from "../lab/support/lab.ts";
import { type Measure, seconds } from "./measure.ts";

const MEMBERS = ["db-1", "db-2", "db-3"];

/** A whole lab from a built image, its floor, and an update that has nothing, or one setting, to change. */
export async function measureUpdates(
  lab: Lab,
  settings: Readonly<Record<string, unknown>>,
): Promise<Measure[]> {
  const first = await up(lab);
  const preview = await enginesPreview(lab);
  const again = Math.max(await up(lab), await up(lab), await up(lab));
  const changes: number[] = [];
  for (const work_mem of ["5MB", "6MB", "7MB"]) {
    const started = await startTimes(lab);
    await lab.configure({ ...settings, postgres: { settings: { work_mem } } });
    changes.push(await up(lab));
    for (const member of MEMBERS) {
      if ((await lab.sql(member, "SHOW work_mem")) !== work_mem)
        throw new Error(`${member} has another work_mem`);
    }
    if ((await startTimes(lab)) !== started) throw new Error("a server was restarted");
  }
  const floor = await measureFloor(lab, settings);
  const beside = (value: number) => `${(value / preview).toFixed(1)} times the preview`;
  return [
    { what: "the engine's own preview with nothing to change, best of 3", value: seconds(preview), bar: "" },
    { what: "the same containers configured by one shell script", value: seconds(floor), bar: "" },
    {
      what: "up of the whole lab from a built image",
      value: seconds(first),
      bar: "60 s",
      met: first <= 60,
      note: `${(first / floor).toFixed(1)} times the script`,
    },
    {
      what: "up with nothing to change, worst of 3",
      value: seconds(again),
      bar: "8 s",
      met: again <= 8,
      note: beside(again),
    },
    {
      what: "one reload-only parameter on all nodes, worst of 3",
      value: seconds(Math.max(...changes)),
      bar: "15 s, no restart",
      met: Math.max(...changes) <= 15,
      note: `${beside(Math.max(...changes))}; ${changes.map((each) => each.toFixed(1)).join(", ")}`,
    },
  ];
}

/** How long an update of the whole lab takes. */
export async function up(lab: Lab): Promise<number> {
  const ran = await lab.holdfast("up");
  if (ran.code !== 0) throw new Error(`up failed:\n${ran.stdout}\n${ran.stderr}`);
  report(`up: ${seconds(ran.seconds)}`);
  return ran.seconds;
}

/** What no update can be faster than: the engine runs the program once, and asks nobody. */
async function enginesPreview(lab: Lab): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const ran = await lab.activated("pulumi preview --json");
    if (ran.code !== 0) throw new Error(`the preview failed:\n${ran.stdout}\n${ran.stderr}`);
    times.push(ran.seconds);
  }
  return Math.min(...times);
}

const startTimes = async (lab: Lab): Promise<string> =>
  (await Promise.all(MEMBERS.map((host) => lab.sql(host, "SELECT pg_postmaster_start_time()")))).join();

/** Destroys the lab, builds its like by a script, and brings the lab up again for the measures that follow. */
async function measureFloor(lab: Lab, settings: Readonly<Record<string, unknown>>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-floor-"));
  const script = (order: string) =>
    execa("bash", ["test/bench/floor.sh", order, folder, lab.name], { cwd: PROJECT_ROOT, stderr: "inherit" });
  try {
    await script("save");
    await lab.activated("pulumi destroy --yes --skip-preview --suppress-outputs");
    const started = Date.now();
    await script("build");
    const floor = (Date.now() - started) / 1000;
    await lab.removeContainers();
    await lab.configure(settings);
    await up(lab);
    lab.forget();
    return floor;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
