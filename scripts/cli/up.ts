import { ensureEngine } from "../engine/install.ts";
import { report, UserError } from "../report.ts";
import { isLocal, LOCAL_STACK, stackEnvironment } from "../setup/environment.ts";
import { prepareMachine } from "../setup/machine.ts";
import { needFor, podmansPlace, requireSpace } from "../setup/space.ts";
import { requireClocks } from "../stack/clocks.ts";
import { remainsOf, startContainers } from "../stack/containers.ts";
import { changesOf, type EngineStack, ensureStack, runUpdate, type StackState } from "../stack/engine.ts";
import { readStack } from "../stack/outputs.ts";
import { prove, renderProof } from "./proof.ts";

export interface UpOptions {
  readonly stack: string;
  /** Do not ask. Taken for granted where nobody can answer and only a lab on this machine is at stake. */
  readonly yes?: true;
}

/** From a machine with nothing but Node to a cluster that is proven to work; the same again changes nothing. */
export async function up({ stack: name, yes }: UpOptions): Promise<void> {
  const local = isLocal(name);
  const engine = local ? await prepareMachine(report) : await ensureEngine(report);
  const stack = { name, environment: await stackEnvironment(engine, name) };
  const state = await ensureStack(stack, report);
  if (local && state === "used") {
    await startContainers(name, report);
  }
  if (local) {
    const place = await podmansPlace();
    if (place !== undefined) requireSpace(place, await needFor(state === "used"));
  }
  if (local && state !== "used") {
    await refuseForeignLab(name, state);
    // Nothing is there that could be lost, so there is nothing to ask about.
    await runUpdate(stack, ["--yes", "--skip-preview"]);
  } else {
    await updateWhatChanged(stack, yes ?? (local && !process.stdin.isTTY));
  }
  report("asking the cluster for a proof");
  const outputs = await readStack(name);
  await requireClocks(outputs);
  process.stdout.write(renderProof(outputs, await prove(outputs)));
}

async function updateWhatChanged(stack: EngineStack, yes: boolean): Promise<void> {
  report("comparing the stack with its configuration");
  const { changed, created } = await changesOf(stack);
  if (changed === 0) {
    process.stdout.write("Nothing changes: everything is as configured.\n");
    return;
  }
  if (!yes && !process.stdin.isTTY) {
    throw new UserError(
      `the stack "${stack.name}" would change, and nobody is there to say yes`,
      `look at it with "pulumi preview --diff", then run the command again with --yes or from a terminal`,
    );
  }
  // Of files that are new, every line would be shown.
  await runUpdate(stack, [...(yes ? ["--yes"] : []), ...(created === 0 ? ["--diff"] : [])]);
}

/** A lab of this name that another checkout made: an update would take its hosts and its data away unasked. */
async function refuseForeignLab(name: string, state: StackState): Promise<void> {
  const found = await remainsOf(name);
  // After a destroy that kept them, volumes are this checkout's own.
  const foreign = [...found.containers, ...(state === "made" ? found.volumes : [])];
  if (foreign.length > 0) {
    throw new UserError(
      `this machine has a lab "${name}" of which this checkout knows nothing: ${[...new Set(foreign)].join(", ")}`,
      `destroy it from the checkout that made it, or take another name here: ./holdfast up --stack ${LOCAL_STACK}-NAME. Where that checkout is gone, these remove it with its data, as root: podman rm --force $(podman ps -aq --filter label=holdfast=${name}); podman volume rm $(podman volume ls -q --filter label=holdfast=${name})`,
    );
  }
}
