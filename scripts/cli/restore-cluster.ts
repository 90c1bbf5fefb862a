import { RECOVERY_NAME } from "../../components/restore/names.ts";
import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { checkExchangeable, type Exchange, recoverInPlace } from "../operations/recover.ts";
import { report, UserError } from "../report.ts";
import { readStack, type Stack } from "../stack/outputs.ts";
import { type RestoreOrder, Restores } from "../stack/restores.ts";
import { agreedByName, nameable } from "./consent.ts";
import type { RunOptions } from "./restore-options.ts";
import { howToLook, renderPlan, renderReached, span } from "./restore-text.ts";
import { untilRestore } from "./restore-wait.ts";

/** Recovers the whole cluster to a moment: restored beside it, to be looked at, and only then exchanged for its data. */
export async function recoverCluster(options: RunOptions, order: RestoreOrder): Promise<void> {
  if (options.table !== undefined) {
    throw new UserError("--table and --into cluster exclude each other", "leave one of them out");
  }
  const stack = await readStack(options.stack);
  nameable(options.confirm, stack.clusterName);
  await Restores.with(stack, async (restores) => {
    const plan = await restores.plan(order);
    for (const line of renderPlan(plan, new Date()).trimEnd().split("\n")) report(line);
    await RunningCluster.with(stack, (cluster) => checkExchangeable(cluster, { evenInMaintenance: false }));
    await restores.start(RECOVERY_NAME, { ...order, backup: plan.backup });
    try {
      const open = await untilRestore(restores, RECOVERY_NAME, "open");
      const reached = renderReached(open).trimEnd();
      report(howToLook(stack, restores.host, RECOVERY_NAME, open));
      await agreedByName(
        options.confirm,
        stack.clusterName,
        `${reached}\nthe data of the cluster "${stack.clusterName}" is REPLACED by that on all members, and what was committed later is gone from it; nobody can read or write meanwhile; the data of now stays beside it, on one member, until ./holdfast restore confirm`,
      );
      await restores.close(RECOVERY_NAME);
      const restored = await untilRestore(restores, RECOVERY_NAME, "ready");
      const done = await RunningCluster.with(stack, (cluster) =>
        exclusively(cluster, () => uninterrupted(() => recoverInPlace(cluster, restored, report))),
      );
      process.stdout.write(
        `${reached}\n${exchangedText(done)}; what it had before is there in ${done.kept}\n`,
      );
    } finally {
      await restores.stop(RECOVERY_NAME);
    }
    await backUp(restores);
    process.stdout.write(whatNext(stack));
  });
}

export const exchangedText = ({ leader, seconds }: Exchange): string =>
  `the cluster has that data, and ${leader} leads; for ${span(seconds)} nobody could read or write`;

const whatNext = ({ name }: Stack): string => `
when nobody needs what was there before any more, and while somebody does:

  ./holdfast restore confirm --stack ${name}
  ./holdfast restore undo --stack ${name}
`;

/** Half an exchange leaves members in maintenance: an interrupt waits for its end. */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const wait = () => report("this goes on to its end, so that the cluster is not left without its data");
  process.on("SIGINT", wait);
  process.on("SIGTERM", wait);
  try {
    return await work();
  } finally {
    process.off("SIGINT", wait);
    process.off("SIGTERM", wait);
  }
}

/** A base backup on the new timeline: until there is one, every restore begins before the exchange. */
export async function backUp(restores: Restores): Promise<void> {
  report("Barman takes a base backup of it");
  const problem = await restores.backUp();
  if (problem === undefined) return;
  throw new UserError(
    `the cluster has its data, and no base backup of it succeeded: ${problem}`,
    `see why (./holdfast logs ${restores.host.name} barman-backup), mend it and take one: ./holdfast ssh ${restores.host.name} -- sudo systemctl start barman-backup`,
  );
}
