import { RECOVERY_NAME } from "../../components/restore/names.ts";
import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { checkExchangeable, discardCopies, keptData } from "../operations/kept-data.ts";
import { MemberData } from "../operations/member-data.ts";
import { undoRecovery } from "../operations/recover.ts";
import { messageOf, report, UserError } from "../report.ts";
import { readStack, type Stack } from "../stack/outputs.ts";
import { Restores } from "../stack/restores.ts";
import { agreed, agreedByName, type Consent } from "./consent.ts";
import { backUp, exchangedText, exchanging } from "./restore-cluster.ts";

/** Puts the data of before the last recovery back; what was committed since is gone then. */
export async function restoreUndo(options: {
  readonly stack: string;
  readonly confirm?: string;
}): Promise<void> {
  const stack = await readStack(options.stack);
  await RunningCluster.with(stack, async (cluster) => {
    const from = (await keptData(cluster)).at(-1);
    if (from === undefined) {
      await exclusively(cluster, () => clearAway(stack, cluster));
      throw new UserError(
        "no member has data from before a recovery; the cluster's data is what it was",
        "restore the moment that is wanted: ./holdfast restore run --to ... --into cluster",
      );
    }
    await agreedByName(
      options.confirm,
      stack.clusterName,
      `the data of the cluster "${stack.clusterName}" is REPLACED by what ${from.member} has in ${from.folder}, and what was committed since is DELETED; nobody can read until ${from.member} leads with it, nor commit until a standby has copied it`,
    );
    const done = await exclusively(cluster, async () => {
      await clearAway(stack, cluster);
      return exchanging(cluster, () => undoRecovery(cluster, from, report));
    });
    process.stdout.write(`${exchangedText(done)}\n`);
  });
  await Restores.with(stack, backUp);
}

/** What a recovery that was killed leaves beside the cluster; the way back does not wait for it, nor one part for the other. */
async function clearAway(stack: Stack, cluster: RunningCluster): Promise<void> {
  const ended = await Promise.allSettled([
    Restores.with(stack, (restores) => restores.stop(RECOVERY_NAME)),
    discardCopies(cluster),
  ]);
  for (const each of ended) {
    if (each.status === "rejected")
      report(`what an interrupted recovery had copied may be left: ${messageOf(each.reason)}`);
  }
}

/** Deletes what members had before recoveries. */
export async function restoreConfirm(options: Consent & { readonly stack: string }): Promise<void> {
  const stack = await readStack(options.stack);
  await RunningCluster.with(stack, async (cluster) => {
    await checkExchangeable(cluster, { evenInMaintenance: false });
    const kept = await keptData(cluster);
    if (kept.length === 0) {
      process.stdout.write("there is no data from before a recovery\n");
      return;
    }
    const folders = kept.map(({ member, folder }) => `${member}:${folder}`).join(", ");
    await agreed(options, `the data from before the recovery is DELETED: ${folders}`);
    await exclusively(cluster, async () => {
      for (const { member } of kept) await new MemberData(cluster, member).confirm();
    });
    process.stdout.write(`${folders} is gone\n`);
  });
}
