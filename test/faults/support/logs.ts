import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../scripts/project.ts";
import type { Lab } from "../../lab/support/lab.ts";
import { membersOf } from "./wholeness.ts";

const FOLDER = join(PROJECT_ROOT, ".holdfast", "faults");
/** PostgreSQL's own lines are in Patroni's. */
const UNITS = "--unit patroni --unit etcd";

/** Keeps what the members logged since a time: the lab is gone when somebody asks why. */
export async function keepLogs(lab: Lab, fault: string, since: number): Promise<void> {
  const folder = join(FOLDER, fault.replaceAll(/[^A-Za-z0-9]+/g, "-"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name } of membersOf(await lab.stack())) {
    const from = `@${Math.floor(since / 1000)}`;
    const journal = `journalctl ${UNITS} --since ${from} --output short-iso-precise --no-hostname --no-pager`;
    await writeFile(join(folder, `${name}.log`), await lab.inside(name, journal));
  }
}
