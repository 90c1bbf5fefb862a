import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { reinitialize } from "../operations/reinit.ts";
import { leaderOf } from "../operations/view.ts";
import { report, UserError } from "../report.ts";
import { hostNamed, readStack } from "../stack/outputs.ts";
import { agreed, type Consent } from "./consent.ts";

export interface ReinitOptions extends Consent {
  readonly stack: string;
}

/** Copies a standby's data again from the leader. */
export async function reinit(name: string, options: ReinitOptions): Promise<void> {
  const stack = await readStack(options.stack);
  if (hostNamed(stack, name).role !== "database") {
    throw new UserError(`${name} has no database`, "name a database host, like db-2");
  }
  await RunningCluster.with(stack, async (cluster) => {
    const leader = leaderOf(await cluster.view())?.name;
    if (leader === undefined) {
      throw new UserError("there is no leader to copy from; nothing was done", "look at ./holdfast status");
    }
    if (leader === name) {
      throw new UserError(
        `${name} leads, and its data is the cluster's; nothing was done`,
        "hand over first: ./holdfast switchover",
      );
    }
    await agreed(options, `the data of ${name} is DELETED and copied again from ${leader}`);
    await exclusively(cluster, () => reinitialize(cluster, name, report));
    process.stdout.write(`${name} streams from ${leader}\n`);
  });
}
