import { ensureEngine } from "../engine/install.ts";
import { fileChanges } from "../preview/files.ts";
import { impactOf } from "../preview/impact.ts";
import { renderPreview } from "../preview/render.ts";
import { report, UserError } from "../report.ts";
import { isLocal, stackEnvironment } from "../setup/environment.ts";
import { previewOf, stateOf, withProgram } from "../stack/engine.ts";

/** What an update would do, and to whom; changes nothing. */
export async function preview(name: string, json: boolean): Promise<void> {
  const stack = { name, environment: await stackEnvironment(await ensureEngine(report), name) };
  const [state, plan] = await withProgram(stack, async (runnable) => {
    const found = await stateOf(stack);
    if (found === undefined || (found.kind !== "used" && isLocal(name))) {
      throw new UserError(
        `the stack "${name}" has nothing yet: an update makes all of it`,
        isLocal(name) ? "make it: ./holdfast up" : `make the stack first: pulumi stack init ${name}`,
      );
    }
    return [found, await previewOf(runnable)];
  });
  const impact = impactOf(plan, [...state.hosts.keys()]);
  const files = fileChanges(plan);
  const changes = plan.map(({ kind, name: resource }) => ({ kind, name: resource }));
  process.stdout.write(
    json
      ? `${JSON.stringify({ changes, files, impact }, null, 2)}\n`
      : plan.length === 0
        ? "Nothing changes: everything is as configured.\n"
        : renderPreview(plan, files, impact),
  );
}
