import { ensureEngine } from "../engine/install.ts";
import { report } from "../report.ts";
import { isLocal, stackEnvironment } from "../setup/environment.ts";
import { prepareMachine } from "../setup/machine.ts";
import { startContainers } from "../stack/containers.ts";
import { changesOf, ensureStack, runUpdate } from "../stack/engine.ts";
import { readStack } from "../stack/outputs.ts";
import { prove, renderProof } from "./proof.ts";

/** From a machine with nothing but Node to a cluster that is proven to work; the same again changes nothing. */
export async function up(name: string): Promise<void> {
  const local = isLocal(name);
  const engine = local ? await prepareMachine(report) : await ensureEngine(report);
  const stack = { name, environment: await stackEnvironment(engine, name) };
  const isNew = await ensureStack(stack, report);
  if (local && !isNew) {
    await startContainers(name, report);
  }
  if (isNew) {
    // Nothing is there that could be lost, so there is nothing to ask about.
    await runUpdate(stack, ["--yes", "--skip-preview"]);
  } else {
    report("comparing the stack with its configuration");
    const changes = await changesOf(stack);
    if (changes === 0) {
      process.stdout.write("Nothing changes: everything is as configured.\n");
    } else {
      await runUpdate(stack, process.stdin.isTTY ? ["--diff"] : ["--yes", "--diff"]);
    }
  }
  report("asking the cluster for a proof");
  const outputs = await readStack(name);
  process.stdout.write(renderProof(outputs, await prove(outputs)));
}
