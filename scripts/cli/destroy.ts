import { ensureEngine } from "../engine/install.ts";
import { report, UserError } from "../report.ts";
import { isLocal, stackEnvironment } from "../setup/environment.ts";
import { remainsOf } from "../stack/containers.ts";
import { runDestroy, stateOf } from "../stack/engine.ts";
import { refuseConcurrentUpdate } from "../stack/lock.ts";
import { agreed, type Consent } from "./consent.ts";

export interface DestroyOptions extends Consent {
  readonly stack: string;
}

/** Takes a cluster away, after saying what goes; ends with what is left of it. */
export async function destroy(options: DestroyOptions): Promise<void> {
  const { stack: name } = options;
  const stack = { name, environment: await stackEnvironment(await ensureEngine(report), name) };
  await refuseConcurrentUpdate(stack, report);
  const state = await stateOf(stack);
  if (state?.kind !== "used") {
    throw new UserError(
      `the stack "${name}" has nothing to destroy`,
      "see what there is: ./holdfast lab list",
    );
  }
  await agreed(
    options,
    `${[...state.hosts.keys()].join(", ")} of the stack "${name}" are DESTROYED with their data ${
      isLocal(name)
        ? "(local.keepVolumes keeps the volumes); the object store stays"
        : "(of each volume a last snapshot is kept); the backups and the keys stay. This is refused as long as the last update was with aws.protect"
    }`,
  );
  await runDestroy(stack);
  const { containers, volumes, networks } = isLocal(name)
    ? await remainsOf(name)
    : { containers: [], volumes: [], networks: [] };
  const left = [...containers, ...volumes, ...networks];
  process.stdout.write(
    left.length === 0
      ? `The stack "${name}" is gone; nothing of it is left but the object store.\n`
      : `The stack "${name}" is gone; these are left: ${left.join(", ")}\n`,
  );
}
