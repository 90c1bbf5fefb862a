import { RECOVERY_NAME } from "../../components/restore/names.ts";
import { report, UserError } from "../report.ts";
import { readStack } from "../stack/outputs.ts";
import { type RestoreOrder, Restores } from "../stack/restores.ts";
import { recoverCluster } from "./restore-cluster.ts";
import type { MomentOptions, RunOptions, TestOptions } from "./restore-options.ts";
import { bringTableBack } from "./restore-table.ts";
import { howToLook, PLACES, renderBackups, renderPlan, renderReached, renderTest } from "./restore-text.ts";
import { untilRestore } from "./restore-wait.ts";

/** Every base backup, in each of its places. */
export async function restoreList(stackName: string, json: boolean): Promise<void> {
  const { backups, silent } = await Restores.with(await readStack(stackName), (restores) => restores.list());
  process.stdout.write(json ? `${JSON.stringify(backups, null, 2)}\n` : renderBackups(backups));
  if (silent.length === 0) return;
  const places = silent.map(({ source, why }) => `${PLACES[source]} (${why})`).join(" and ");
  throw new UserError(
    `this is not all: ${places} cannot be read now`,
    "see whether it is reached from the operations host; --from names the place of a restore: bucket, barman",
  );
}

/** How a moment would be recovered; nothing is done. */
export async function restorePlan(options: MomentOptions & { readonly json?: true }): Promise<void> {
  const order = orderFor(options);
  const plan = await Restores.with(await readStack(options.stack), (restores) => restores.plan(order));
  process.stdout.write(options.json ? `${JSON.stringify(plan, null, 2)}\n` : renderPlan(plan, new Date()));
}

/** Restores beside the cluster, on the operations host; with a table, brings that back and takes the rest away. */
export async function restoreRun(options: RunOptions): Promise<void> {
  if (options.into === "cluster") return recoverCluster(options, orderFor(options, true));
  if (options.into !== "scratch") {
    throw new UserError(`--into "${options.into}" is nowhere to restore to`, "give scratch or cluster");
  }
  const order = orderFor(options);
  const name = nameFor(options.name);
  const stack = await readStack(options.stack);
  await Restores.with(stack, async (restores) => {
    const plan = await restores.plan(order);
    for (const line of renderPlan(plan, new Date()).trimEnd().split("\n")) report(line);
    // What was shown is what is restored, whatever backup may be taken meanwhile.
    await restores.start(name, { ...order, backup: plan.backup });
    const open = await untilRestore(restores, name, "open");
    process.stdout.write(renderReached(open));
    if (options.table === undefined) {
      process.stdout.write(howToLook(stack, restores.host, name, open));
      return;
    }
    try {
      await bringTableBack(stack, restores, open, { table: options.table, database: options.database });
    } finally {
      await restores.stop(name);
    }
  });
}

export async function restoreStop(stackName: string, name: string): Promise<void> {
  const stopped = await Restores.with(await readStack(stackName), (restores) =>
    restores.stop(name === RECOVERY_NAME ? name : nameFor(name)),
  );
  process.stdout.write(stopped ? `${name} is gone, with its data\n` : `there was no restore "${name}"\n`);
}

/** The restore test, now. */
export async function restoreTest(options: TestOptions): Promise<void> {
  const order = {
    ...(options.from === undefined ? {} : { source: sourceFor(options.from) }),
    ...(options.backup === undefined ? {} : { backup: options.backup }),
  };
  report("the backup is restored on the operations host and looked at; this takes as long as a restore");
  const tested = await Restores.with(await readStack(options.stack), (restores) => restores.test(order));
  process.stdout.write(renderTest(tested));
}

function orderFor({ to, from, backup, timeline }: MomentOptions, handOver = false): RestoreOrder {
  if (timeline !== undefined && !/^[1-9]\d{0,8}$/.test(timeline)) {
    throw new UserError(`--timeline "${timeline}" is no timeline`, "give its number, like 3");
  }
  return {
    to,
    source: sourceFor(from),
    backup: backup ?? null,
    timeline: timeline === undefined ? null : Number(timeline),
    handOver,
  };
}

function sourceFor(from: string): RestoreOrder["source"] {
  if (from === "bucket" || from === "barman") return from;
  throw new UserError(`--from "${from}" is no place of backups`, "give bucket or barman");
}

function nameFor(name: string): string {
  if (/^[a-z][a-z0-9-]{0,19}$/.test(name) && name !== "test" && name !== RECOVERY_NAME) return name;
  throw new UserError(
    `"${name}" is no name for a restore`,
    "give one of at most 20 lower-case letters, digits and hyphens, from a letter on; test and cluster are taken",
  );
}
