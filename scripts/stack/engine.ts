import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { PROJECT_ROOT } from "../project.ts";
import { type Report, UserError } from "../report.ts";
import type { Environment } from "../setup/environment.ts";

/** A stack, and the environment that its engine runs in. */
export interface EngineStack {
  readonly name: string;
  readonly environment: Environment;
}

const HOUR_MS = 60 * 60_000;

const run = (stack: EngineStack, args: readonly string[], timeout: number) =>
  execa("pulumi", [...args, "--stack", stack.name], {
    cwd: PROJECT_ROOT,
    env: stack.environment,
    reject: false,
    timeout,
  });

const exportedSchema = z.object({
  deployment: z.object({ resources: z.array(z.unknown()).optional() }),
});

/** What is known of a stack before an update: "made" just now, "empty" after a destroy, or "used". */
export type StackState = "made" | "empty" | "used";

/** Makes the stack when there is none. */
export async function ensureStack(stack: EngineStack, report: Report): Promise<StackState> {
  const exported = await run(stack, ["stack", "export"], 60_000);
  if (exported.failed && exported.stderr.includes("no stack named")) {
    report(`making the stack "${stack.name}"`);
    await forgetForeignSalt(stack.name);
    await check(run(stack, ["stack", "init"], 60_000));
    return "made";
  }
  const { stdout } = await check(Promise.resolve(exported));
  const { resources = [] } = exportedSchema.parse(JSON.parse(stdout)).deployment;
  return resources.length === 0 ? "empty" : "used";
}

/**
 * The engine keeps in the stack's file by which salt it knows the passphrase. One from another checkout, committed by
 * accident, belongs to another passphrase and would be refused as a wrong one.
 */
async function forgetForeignSalt(name: string): Promise<void> {
  const file = join(PROJECT_ROOT, `Pulumi.${name}.yaml`);
  if (existsSync(file)) {
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/^encryptionsalt: .*\n?/m, ""));
  }
}

/** How many resources an update would touch, and how many of them would be new. */
export async function changesOf(stack: EngineStack): Promise<{ changed: number; created: number }> {
  const result = await run(stack, ["preview", "--json"], HOUR_MS);
  if (result.failed) {
    // Its own text is for people, the JSON is not.
    await runEngine(stack, ["preview"]);
  }
  const summary = z.object({ changeSummary: z.record(z.string(), z.int()) });
  const { changeSummary } = summary.parse(JSON.parse(result.stdout));
  const changed = Object.entries(changeSummary).reduce(
    (sum, [kind, count]) => (kind === "same" ? sum : sum + count),
    0,
  );
  return { changed, created: changeSummary["create"] ?? 0 };
}

export const runUpdate = (stack: EngineStack, options: readonly string[]): Promise<void> =>
  runEngine(stack, ["up", "--suppress-outputs", ...options]);

/** With the user's own terminal, so that the engine can show its progress, ask, and be interrupted. */
async function runEngine(stack: EngineStack, args: readonly string[]): Promise<void> {
  // The engine hears the keyboard's interrupt itself, and ends in order; this process waits for it.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  const { exitCode } = await execa("pulumi", [...args, "--stack", stack.name], {
    cwd: PROJECT_ROOT,
    env: stack.environment,
    stdio: "inherit",
    reject: false,
  });
  process.off("SIGINT", ignore);
  if (exitCode !== 0) {
    throw new UserError(
      `pulumi ${args[0]} of the stack "${stack.name}" did not succeed`,
      "see its lines above; what was done is kept, and the same command goes on from there. When they say that the stack is locked by an update that is no more: . ./activate && pulumi cancel",
    );
  }
}

async function check(
  running: PromiseLike<{
    failed: boolean;
    stderr: string;
    stdout: string;
    shortMessage?: string | undefined;
  }>,
): Promise<{ stdout: string }> {
  const { failed, stderr, stdout, shortMessage } = await running;
  if (failed) {
    throw new UserError(
      `the engine refuses: ${stderr.trim() || shortMessage}`,
      "mend the cause and run the command again",
    );
  }
  return { stdout };
}
