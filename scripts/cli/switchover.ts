import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { candidateFor, switchover } from "../operations/switchover.ts";
import { leaderOf } from "../operations/view.ts";
import { wholeBefore } from "../operations/wait.ts";
import { report } from "../report.ts";
import { readStack } from "../stack/outputs.ts";
import { agreed, type Consent } from "./consent.ts";

export interface SwitchoverOptions extends Consent {
  readonly stack: string;
  readonly to?: string;
  readonly force?: true;
  readonly json?: true;
}

/** Moves the primary to another member. */
export async function switchoverVerb(options: SwitchoverOptions): Promise<void> {
  const stack = await readStack(options.stack);
  await RunningCluster.with(stack, async (cluster) => {
    const view = await wholeBefore(cluster);
    const to = candidateFor(view, stack.durability, options.to);
    const from = leaderOf(view)?.name ?? "";
    await agreed(
      options,
      `${from} hands over to ${to}: clients of the pools wait for about 2 s, whole sessions on the primary end`,
    );
    const done = await exclusively(cluster, () =>
      switchover(cluster, { from, to, force: options.force ?? false }, report),
    );
    process.stdout.write(
      options.json
        ? `${JSON.stringify(done)}\n`
        : `${done.to} leads, ${done.from} follows; writes through the pools waited ${(done.waitedMs / 1000).toFixed(1)} s\n`,
    );
  });
}
