import { forbiddenBecause } from "../../components/maintenance/window.ts";
import { ensureEngine } from "../engine/install.ts";
import { fileChanges } from "../preview/files.ts";
import { impactOf } from "../preview/impact.ts";
import { renderPreview } from "../preview/render.ts";
import { report, UserError } from "../report.ts";
import { isLocal, stackEnvironment } from "../setup/environment.ts";
import { prepareMachine } from "../setup/machine.ts";
import { needFor, podmansPlace, requireSpace } from "../setup/space.ts";
import { requireClocks } from "../stack/clocks.ts";
import { type PlannedStack, planFrom, sameSettings, stackFile } from "../stack/configuration.ts";
import { startContainers } from "../stack/containers.ts";
import { findDrift, type HostDrift, hasDrift, renderDrift, repairDrift } from "../stack/drift.ts";
import {
  ensureStack,
  previewOf,
  type RunnableStack,
  runUpdate,
  type StackState,
  withProgram,
} from "../stack/engine.ts";
import { refuseConcurrentUpdate } from "../stack/lock.ts";
import { readStack, type Stack } from "../stack/outputs.ts";
import { replaceRolling } from "../stack/replace.ts";
import { keepingConnections } from "../stack/ssh.ts";
import { type Asking, agreed, unlessAsked } from "./consent.ts";
import { makeLostAnew, refuseForeignLab } from "./lab-hosts.ts";
import { prove, renderProof } from "./proof.ts";

export interface UpOptions {
  readonly stack: string;
  /** Do not ask. Taken for granted where nobody can answer and no host of a lab on this machine is at stake. */
  readonly yes?: true;
}

/** From a machine with nothing but Node to a cluster that is proven to work; the same again changes nothing. */
export async function up({ stack: name, yes }: UpOptions): Promise<void> {
  const local = isLocal(name);
  const engine = local ? await prepareMachine(report) : await ensureEngine(report);
  const stack = { name, environment: await stackEnvironment(engine, name) };
  const asking = { local, yes };
  await refuseConcurrentUpdate(stack, report);
  const outputs = await withProgram(stack, (runnable) => bringUp(runnable, asking));
  await proveIt(outputs ?? (await readStack(name)), asking);
}

/** Gives the stack's outputs when nothing changes. */
async function bringUp(stack: RunnableStack, asking: Asking): Promise<Stack | undefined> {
  const { name } = stack;
  const { local } = asking;
  const [state, place] = await Promise.all([ensureStack(stack, report), local ? podmansPlace() : undefined]);
  if (place !== undefined) requireSpace(place, await needFor(state.kind === "used"));
  if (local && state.kind !== "used") {
    await refuseForeignLab(name, state);
    // Nothing is there that could be lost, so there is nothing to ask about.
    await runUpdate(stack);
    return undefined;
  }
  if (local) {
    await startContainers(name, report);
    await makeLostAnew(stack, state, asking);
  }
  return updateWhatChanged(stack, state, asking);
}

async function proveIt(stack: Stack, asking: Asking): Promise<void> {
  report("asking the cluster for a proof");
  await keepingConnections(async () => {
    const [drift] = await Promise.all([findDrift(stack), requireClocks(stack)]);
    await putBackWhatDrifted(stack, drift, asking);
    process.stdout.write(renderProof(stack, await prove(stack)));
  });
}

/** Gives the stack's outputs when nothing changes. */
async function updateWhatChanged(
  stack: RunnableStack,
  state: StackState,
  asking: Asking,
): Promise<Stack | undefined> {
  report("comparing the stack with its configuration");
  const shown = await stackFile(stack.name);
  const [plan, outputs] = await Promise.all([
    previewOf(stack),
    // A stack whose first update did not end has none of them.
    readStack(stack.name).catch(() => undefined),
  ]);
  if (plan.length === 0) {
    process.stdout.write("Nothing changes: everything is as configured.\n");
    return outputs;
  }
  const impact = impactOf(plan, [...state.hosts.keys()]);
  process.stdout.write(renderPreview(plan, fileChanges(plan), impact));
  const atStake = impact.replaced.length + impact.removed.length + impact.lostVolumes.length > 0;
  await agreed(unlessAsked(asking, atStake), `the stack "${stack.name}" changes as shown above`);
  // What was shown and agreed to is what is done, however long the answer took.
  const asShown = async () => {
    if (sameSettings(await stackFile(stack.name), shown)) return;
    throw new UserError(
      `Pulumi.${stack.name}.yaml has changed since it was compared; what you saw was not done, or not all of it`,
      "run the command again: it shows what follows from the file as it is now",
    );
  };
  await asShown();
  if (impact.oneByOne.length > 0) {
    await replaceRolling(
      stack,
      impact,
      async (host) => {
        await asShown();
        if (host.startsWith("db-")) requireWindow(planFrom(stack.name, shown), host);
      },
      report,
    );
    await asShown();
  }
  await runUpdate(stack);
  return undefined;
}

/** The hook of the engine asks once, at the beginning; hosts that are made anew take their time. */
function requireWindow({ plan }: PlannedStack, host: string): void {
  const forbidden = forbiddenBecause(plan.maintenance, plan.os.timeZone, new Date());
  if (forbidden === undefined) return;
  throw new UserError(
    `${host} may not be made anew now, nor what was to follow it: ${forbidden}`,
    "run the command again when it may",
  );
}

/** The engine runs a step only when its inputs change: what somebody edited on a host is found by asking the hosts. */
async function putBackWhatDrifted(stack: Stack, drift: readonly HostDrift[], asking: Asking): Promise<void> {
  if (!hasDrift(drift)) return;
  process.stdout.write(`Changed by hand on the hosts:\n\n${renderDrift(drift)}\n`);
  await agreed(unlessAsked(asking), "all of it is put back as configured");
  await repairDrift(stack, drift, report);
}
