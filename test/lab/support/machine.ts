import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../scripts/project.ts";
import { listed, podman, remainsOf } from "../../../scripts/stack/containers.ts";
import { removeSmallDisks } from "./small-disk.ts";

/** A test's lab is named after the process that made it, so that what a killed run left behind is known as such. */
const PREFIX = "local-test-";
export const labName = (suffix = ""): string => `${PREFIX}${process.pid}${suffix}`;
export const servicesName = (lab: string): string => `holdfast-services-${lab}`;
export const stackFile = (lab: string): string => join(PROJECT_ROOT, `Pulumi.${lab}.yaml`);

/** Takes everything of a lab away, whatever state it is in; the engine is not asked. */
export async function removeLab(lab: string): Promise<void> {
  const { containers, volumes, networks } = await remainsOf(lab);
  const services = servicesName(lab);
  await podman(["rm", "--force", "--time", "1", "--ignore", ...containers, services]);
  await podman(["volume", "rm", "--force", ...volumes, services]);
  await removeSmallDisks((volume) => volume.startsWith(`holdfast-${lab}-`));
  await podman(["network", "rm", "--force", `holdfast-${lab}`, ...networks]);
  await rm(stackFile(lab), { force: true });
  const state = join(PROJECT_ROOT, ".holdfast", "state", ".pulumi");
  for (const kind of ["stacks", "history", "backups", "locks"]) {
    const folder = join(state, kind, ...(kind === "locks" ? ["organization"] : []), "holdfast");
    for (const entry of existsSync(folder) ? await readdir(folder) : []) {
      if (entry === lab || entry.startsWith(`${lab}.`)) {
        await rm(join(folder, entry), { recursive: true, force: true });
      }
    }
  }
}

/** Removes the labs of test runs whose process is gone. */
export async function removeLeftovers(): Promise<void> {
  const named = [
    ...(await listed(
      "ps",
      "--all",
      "--filter",
      "label=holdfast",
      "--format",
      '{{index .Labels "holdfast"}}',
    )),
    ...(await listed(
      "volume",
      "ls",
      "--filter",
      "label=holdfast",
      "--format",
      '{{index .Labels "holdfast"}}',
    )),
    ...(await listed(
      "network",
      "ls",
      "--filter",
      "label=holdfast",
      "--format",
      '{{index .Labels "holdfast"}}',
    )),
  ];
  const left = (lab: string): boolean => {
    const pid = new RegExp(`^${PREFIX}(\\d+)`).exec(lab)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  };
  for (const lab of new Set(named)) {
    if (left(lab)) {
      process.stderr.write(`· removing what an earlier test run left: ${lab}\n`);
      await removeLab(lab);
    }
  }
  await removeSmallDisks((volume) => left(volume.replace(/^holdfast-/, "")));
}
