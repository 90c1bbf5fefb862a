import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { PROJECT_ROOT } from "../project.ts";
import { UserError } from "../report.ts";
import { podman, remainsOf } from "./containers.ts";
import { isTestLab, STATE, servicesName, stackFile } from "./labs.ts";

/** Folders below the state's that have an entry for each stack. */
const OF_STACKS = [
  ["stacks", "holdfast"],
  ["history", "holdfast"],
  ["backups", "holdfast"],
  ["locks", "organization", "holdfast"],
];

/** Takes everything of a lab away, whatever state it is in; the engine is not asked. */
export async function removeLab(lab: string): Promise<void> {
  const { containers, volumes, networks } = await remainsOf(lab);
  // Others share the object store of a lab that is no test's, and its file is the user's.
  const services = isTestLab(lab) ? [servicesName(lab)] : [];
  const hosts = [...containers, ...services];
  // Dead before they are removed: "rm --force" fails when a container ends by itself while it is being stopped.
  await podman(["kill", ...hosts]);
  await remove(["rm", "--force", "--time", "1", "--ignore"], hosts);
  await remove(["volume", "rm", "--force"], [...volumes, ...services]);
  // Not by podman alone, which would take along the services that other labs share.
  for (const network of networks) {
    await done(
      execa("bash", ["infra/local/network.sh", "delete", network], { cwd: PROJECT_ROOT, reject: false }),
    );
  }
  if (isTestLab(lab)) {
    await rm(stackFile(lab), { force: true });
  }
  await forget(lab);
}

/** podman refuses a command that names nothing. */
async function remove(command: readonly string[], names: readonly string[]): Promise<void> {
  if (names.length > 0) await done(podman([...command, ...names]));
}

async function forget(lab: string): Promise<void> {
  for (const parts of OF_STACKS) {
    const folder = join(STATE, ...parts);
    for (const entry of existsSync(folder) ? await readdir(folder) : []) {
      if (entry === lab || entry.startsWith(`${lab}.`)) {
        await rm(join(folder, entry), { recursive: true, force: true });
      }
    }
  }
}

async function done(running: PromiseLike<{ failed: boolean; stderr: string }>): Promise<void> {
  const { failed, stderr } = await running;
  if (failed) {
    throw new UserError(
      `not all of the lab could be removed: ${stderr.trim()}`,
      "mend the cause and try again",
    );
  }
}
