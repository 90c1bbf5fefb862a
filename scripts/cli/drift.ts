import { findDrift, hasDrift, renderDrift } from "../stack/drift.ts";
import { readStack } from "../stack/outputs.ts";

/** For programs: 0 is as configured, 1 could not be found out, 3 is drift. */
const DRIFTED = 3;

/** What somebody changed on the hosts by hand, as a diff from what is configured; changes nothing itself. */
export async function drift(name: string, json: boolean): Promise<void> {
  const stack = await readStack(name);
  const found = await findDrift(stack);
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : renderDrift(found));
  if (hasDrift(found)) {
    process.exitCode = DRIFTED;
    if (!json) process.stdout.write(`next: ./holdfast up --stack ${name} puts all of it back\n`);
  } else if (found.some(({ problem }) => problem !== undefined)) {
    process.exitCode = 1;
  } else if (!json) {
    process.stdout.write(`Nothing drifted: ${found.length} hosts are as they were configured last.\n`);
  }
}
