import { existsSync } from "node:fs";
import { findLabs, isLeftover, isTestLab, testLabName } from "../../../scripts/stack/labs.ts";
import { removeLab } from "../../../scripts/stack/remove-lab.ts";
import { removeSmallDisks } from "./small-disk.ts";

export const labName = (suffix = ""): string => testLabName(process.pid, suffix);

/** Takes everything of a test's lab away, its disks of limited size included. */
export async function removeTestLab(lab: string): Promise<void> {
  await removeLab(lab);
  await removeSmallDisks((volume) => volume.startsWith(`holdfast-${lab}-`));
}

/** Removes the labs of test runs whose process is gone. */
export async function removeLeftovers(): Promise<void> {
  for (const { name } of (await findLabs()).filter(isLeftover)) {
    process.stderr.write(`· removing what an earlier test run left: ${name}\n`);
    await removeTestLab(name);
  }
  await removeSmallDisks((volume) => {
    const pid = makerOf(volume);
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
}

/** The process whose lab a volume belongs to: "holdfast-local-test-PID-db-1". */
const makerOf = (volume: string): string | undefined =>
  isTestLab(volume.replace(/^holdfast-/, "")) ? /(\d+)/.exec(volume)?.[1] : undefined;
