import { report, UserError } from "../report.ts";
import { readStack, type Stack } from "../stack/outputs.ts";
import { type OpenRestore, type RestoreOrder, Restores } from "../stack/restores.ts";
import { bringTableBack } from "./restore-table.ts";
import { renderBackups, renderPlan, renderReached, renderTest, span } from "./restore-text.ts";

export interface MomentOptions {
  readonly stack: string;
  readonly to: string;
  readonly from: string;
  readonly backup?: string;
  readonly timeline?: string;
}

export interface RunOptions extends MomentOptions {
  readonly name: string;
  readonly table?: string;
  readonly database?: string;
}

export interface TestOptions {
  readonly stack: string;
  readonly from?: string;
  readonly backup?: string;
}

const POLL_MS = 1000;

/** Every base backup, in each of its places. */
export async function restoreList(stackName: string, json: boolean): Promise<void> {
  const rows = await Restores.with(await readStack(stackName), (restores) => restores.list());
  process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : renderBackups(rows));
}

/** How a moment would be recovered; nothing is done. */
export async function restorePlan(options: MomentOptions & { readonly json?: true }): Promise<void> {
  const order = orderFor(options);
  const plan = await Restores.with(await readStack(options.stack), (restores) => restores.plan(order));
  process.stdout.write(options.json ? `${JSON.stringify(plan, null, 2)}\n` : renderPlan(plan, new Date()));
}

/** Restores beside the cluster, on the operations host; with a table, brings that back and takes the rest away. */
export async function restoreRun(options: RunOptions): Promise<void> {
  const order = orderFor(options);
  const name = nameFor(options.name);
  const stack = await readStack(options.stack);
  await Restores.with(stack, async (restores) => {
    const plan = await restores.plan(order);
    for (const line of renderPlan(plan, new Date()).trimEnd().split("\n")) report(line);
    // What was shown is what is restored, whatever backup may be taken meanwhile.
    await restores.start(name, { ...order, backup: plan.backup });
    const open = await untilOpen(restores, name);
    process.stdout.write(renderReached(open));
    if (options.table === undefined) {
      process.stdout.write(howToLook(stack, restores, name, open));
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
  const stopped = await Restores.with(await readStack(stackName), (restores) => restores.stop(nameFor(name)));
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

async function untilOpen(restores: Restores, name: string): Promise<OpenRestore> {
  const started = Date.now();
  let said = "";
  for (;;) {
    const status = await restores.status(name);
    if (status?.state === "open") return status;
    if (status?.state === "failed") throw new UserError(status.cause, status.advice);
    if (status === undefined) {
      throw new UserError(
        "the restore ended without a word, as after a kill or a reboot of its host",
        `see its log (./holdfast ssh ${restores.host.name} -- sudo journalctl -n 50 -u holdfast-restore@${name}) and run it again`,
      );
    }
    const [done, total] = status.progress ?? [0, 0];
    const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : "";
    const line = `${status.stage}${percent}`;
    if (line !== said) report(`${line}, ${span((Date.now() - started) / 1000)}`);
    said = line;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const howToLook = (stack: Stack, restores: Restores, name: string, { socket }: OpenRestore): string => `
look at it, for a day at most, and take it away:

  ./holdfast ssh --stack ${stack.name} ${restores.host.name} -- sudo -u barman psql -h ${socket} -U postgres ${stack.databases[0] ?? "postgres"}
  ./holdfast restore stop --stack ${stack.name} ${name}
`;

function orderFor({ to, from, backup, timeline }: MomentOptions): RestoreOrder {
  if (timeline !== undefined && !/^[1-9]\d{0,8}$/.test(timeline)) {
    throw new UserError(`--timeline "${timeline}" is no timeline`, "give its number, like 3");
  }
  return {
    to,
    source: sourceFor(from),
    backup: backup ?? null,
    timeline: timeline === undefined ? null : Number(timeline),
  };
}

function sourceFor(from: string): RestoreOrder["source"] {
  if (from === "bucket" || from === "barman") return from;
  throw new UserError(`--from "${from}" is no place of backups`, "give bucket or barman");
}

function nameFor(name: string): string {
  if (/^[a-z][a-z0-9-]{0,19}$/.test(name) && name !== "test") return name;
  throw new UserError(
    `"${name}" is no name for a restore`,
    "give one of at most 20 lower-case letters, digits and hyphens, from a letter on; test is the restore test's",
  );
}
