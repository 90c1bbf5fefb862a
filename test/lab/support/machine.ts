import { findLabs, isLeftover, testLabName } from "../../../scripts/stack/labs.ts";
import { removeLab } from "../../../scripts/stack/remove-lab.ts";

export const labName = (suffix = ""): string => testLabName(process.pid, suffix);

/** Removes the labs of test runs whose process is gone. */
export async function removeLeftovers(): Promise<void> {
  for (const { name } of (await findLabs()).filter(isLeftover)) {
    process.stderr.write(`· removing what an earlier test run left: ${name}\n`);
    await removeLab(name);
  }
}
