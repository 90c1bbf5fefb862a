import { RECOVERY_NAME } from "../../components/restore/names.ts";
import { RunningCluster } from "../operations/cluster.ts";
import type { Exchange } from "../operations/exchange.ts";
import { exclusively } from "../operations/exclusive.ts";
import { checkExchangeable, discardCopies, furthest } from "../operations/kept-data.ts";
import { MemberData } from "../operations/member-data.ts";
import { alertsOf, OF_AN_EXCHANGE, whileQuiet } from "../operations/quiet.ts";
import { recoverInPlace } from "../operations/recover.ts";
import { report, UserError } from "../report.ts";
import { readStack, type Stack } from "../stack/outputs.ts";
import { type RestoreOrder, type RestorePlan, Restores } from "../stack/restores.ts";
import { agreedByName, nameable } from "./consent.ts";
import type { RunOptions } from "./restore-options.ts";
import { howToLook, renderPlan, renderReached, span } from "./restore-text.ts";
import { untilRestore } from "./restore-wait.ts";

const MIB = 1024 * 1024;

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
    await RunningCluster.with(stack, (cluster) => exclusively(cluster, () => checkBeforehand(cluster, plan)));
    await restores.start(RECOVERY_NAME, { ...order, backup: plan.backup });
    try {
      const open = await untilRestore(restores, RECOVERY_NAME, "open");
      const reached = renderReached(open).trimEnd();
      report(howToLook(stack, restores.host, RECOVERY_NAME, open));
      await agreedByName(options.confirm, stack.clusterName, `${reached}\n${consequences(stack, plan)}`);
      await restores.close(RECOVERY_NAME);
      const restored = await untilRestore(restores, RECOVERY_NAME, "ready");
      const done = await RunningCluster.with(stack, (cluster) =>
        exclusively(cluster, () => exchanging(cluster, () => recoverInPlace(cluster, restored, report))),
      );
      process.stdout.write(`${reached}\n${exchangedText(done)}\n`);
    } finally {
      await restores
        .stop(RECOVERY_NAME)
        .catch((error: unknown) => report(`the restored data was not removed: ${String(error)}`));
    }
    await backUp(restores);
    process.stdout.write(whatNext(stack));
  });
}

/** What would refuse it in the end refuses it before anything is fetched. */
async function checkBeforehand(cluster: RunningCluster, plan: RestorePlan): Promise<void> {
  await checkExchangeable(cluster, { evenInMaintenance: false });
  // Of one that was killed: there is room for one copy, not for two.
  await discardCopies(cluster);
  await new MemberData(cluster, await furthest(cluster)).room(plan.bytes);
}

function consequences({ clusterName, durability }: Stack, plan: RestorePlan): string {
  const commits =
    durability === "strict"
      ? `nobody can read until one member leads with it, and nobody can commit until a standby has copied ${Math.ceil(plan.bytes / MIB)} MiB from that`
      : "nobody can read or write until one member leads with it";
  return `the data of the cluster "${clusterName}" is REPLACED by that on all members, and what was committed later is gone from it; ${commits}; the data of now stays on the member that leads, until ./holdfast restore confirm`;
}

export const exchangedText = ({ leader, withoutReads, withoutCommits }: Exchange): string =>
  `the cluster has that data, and ${leader} leads; for ${span(withoutReads)} nobody could read, for ${span(withoutCommits)} nobody could commit`;

const whatNext = ({ name }: Stack): string => `
when nobody needs what was there before any more, and while somebody does:

  ./holdfast restore confirm --stack ${name}
  ./holdfast restore undo --stack ${name}
`;

/** Whoever ordered it knows that nobody leads meanwhile. */
export const exchanging = (cluster: RunningCluster, work: () => Promise<Exchange>): Promise<Exchange> =>
  whileQuiet(alertsOf(cluster), OF_AN_EXCHANGE, "the cluster's data is exchanged", report, () =>
    uninterrupted(work),
  );

/** Half an exchange leaves members in maintenance: an interrupt, or a terminal that is closed, waits for its end. */
async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const wait = () => report("this goes on to its end, so that the cluster is not left without its data");
  for (const signal of signals) process.on(signal, wait);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, wait);
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
