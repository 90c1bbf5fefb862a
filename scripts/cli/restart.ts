import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { restartPending, waitingMembers } from "../operations/pending.ts";
import { rollingRestart } from "../operations/restart.ts";
import { wholeBefore } from "../operations/wait.ts";
import { report, UserError } from "../report.ts";
import { readStack } from "../stack/outputs.ts";
import { agreed, type Consent } from "./consent.ts";

export interface RestartOptions extends Consent {
  readonly stack: string;
  /** All servers, not only those that wait for a restart. */
  readonly rolling?: true;
  readonly force?: true;
  readonly json?: true;
}

/** Restarts PostgreSQL where a changed setting waits for it, or everywhere; one after the other. */
export async function restart(options: RestartOptions): Promise<void> {
  const stack = await readStack(options.stack);
  const force = options.force ?? false;
  await RunningCluster.with(stack, async (cluster) => {
    await wholeBefore(cluster);
    const members = options.rolling
      ? cluster.members.map((member) => member.name)
      : [...(await waitingMembers(cluster)).keys()];
    if (members.length === 0) {
      throw new UserError(
        "no server waits for a restart",
        "restart all of them: ./holdfast restart --rolling",
      );
    }
    await agreed(
      options,
      `PostgreSQL restarts on ${members.join(", ")}, one after the other, the primary after a switchover, or in place where it shall get less than its standbys: clients of its pools wait for about 2 s`,
    );
    const done = await exclusively(cluster, async () => {
      const pending = await restartPending(cluster, force, report);
      // With --rolling those as well that waited for nothing.
      const others = options.rolling ? members.filter((member) => !pending.restarted.includes(member)) : [];
      const rest = await rollingRestart(cluster, { members: others, leaderFirst: false, force }, report);
      return {
        restarted: [...pending.restarted, ...rest.restarted],
        switchovers: [...pending.switchovers, ...rest.switchovers],
      };
    });
    process.stdout.write(
      options.json ? `${JSON.stringify(done)}\n` : `restarted ${done.restarted.join(", ")}\n`,
    );
  });
}
