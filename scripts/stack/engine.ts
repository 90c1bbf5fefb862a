import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { z } from "zod";
import { type PlannedChange, planOf, previewSchema } from "../preview/plan.ts";
import { PROJECT_ROOT } from "../project.ts";
import { type Report, UserError } from "../report.ts";
import { type Environment, isLocal } from "../setup/environment.ts";
import { type Program, startProgram } from "./program.ts";

/** A stack, and the environment that its engine runs in. */
export interface EngineStack {
  readonly name: string;
  readonly environment: Environment;
}

/** One whose program is there to be run. */
export interface RunnableStack extends EngineStack {
  readonly program: Program;
}

/** Tells the program that hosts are made anew one after the other, which only the commands here can promise. */
const ONE_BY_ONE = { HOLDFAST_ONE_BY_ONE: "yes" };

/** Loads the stack's program while the action goes on, which may preview and update as often as it likes. */
export async function withProgram<T>(
  stack: EngineStack,
  action: (stack: RunnableStack) => Promise<T>,
): Promise<T> {
  const program = await startProgram({ ...stack.environment, ...ONE_BY_ONE });
  try {
    return await action({ ...stack, program });
  } finally {
    program.end();
  }
}

const clientOf = async ({ program }: RunnableStack): Promise<string[]> => ["--client", await program.address];

const HOUR_MS = 60 * 60_000;

const run = (stack: EngineStack, args: readonly string[], timeout: number) =>
  execa("pulumi", [...args, "--stack", stack.name], {
    cwd: PROJECT_ROOT,
    env: stack.environment,
    reject: false,
    timeout,
  });

const exportedSchema = z.object({
  deployment: z.object({ resources: z.array(z.object({ urn: z.string() })).optional() }),
});

/** What is known of a stack before an update: "made" just now, "empty" after a destroy, or "used". */
export interface StackState {
  readonly kind: "made" | "empty" | "used";
  /** The names of its hosts with the URNs of their machines. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** Makes the stack of a lab when there is none. Any other one may well be there, in another backend than this one. */
export async function ensureStack(stack: EngineStack, report: Report): Promise<StackState> {
  const state = await stateOf(stack);
  if (state !== undefined) return state;
  if (!isLocal(stack.name)) {
    throw new UserError(
      `there is no stack "${stack.name}" in the backend that Pulumi is logged in to`,
      `log in where its state is: pulumi login URL. For a stack that was never made: pulumi stack init ${stack.name} --secrets-provider KEY, as in docs/aws.md`,
    );
  }
  report(`making the stack "${stack.name}"`);
  await forgetForeignSalt(stack.name);
  await check(run(stack, ["stack", "init"], 60_000));
  return { kind: "made", hosts: new Map() };
}

/** Undefined when there is no such stack. */
export async function stateOf(stack: EngineStack): Promise<StackState | undefined> {
  const exported = await run(stack, ["stack", "export"], 60_000);
  if (exported.failed && exported.stderr.includes("no stack named")) return undefined;
  const { stdout } = await check(Promise.resolve(exported));
  const { resources = [] } = exportedSchema.parse(JSON.parse(stdout)).deployment;
  const hosts = resources.flatMap(({ urn }): [string, string][] => {
    const host = /::([a-z]+-\d+)-host$/.exec(urn)?.[1];
    return host === undefined ? [] : [[host, urn]];
  });
  // The state has them in the order in which they were made.
  hosts.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  return { kind: resources.length === 0 ? "empty" : "used", hosts: new Map(hosts) };
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

/** What an update would do, as the engine's own preview finds it. */
export async function previewOf(stack: RunnableStack): Promise<readonly PlannedChange[]> {
  const result = await run(stack, ["preview", "--json", ...(await clientOf(stack))], HOUR_MS);
  const parsed = previewSchema.safeParse(parseJson(result.stdout));
  if (result.failed || !parsed.success) {
    const errors = parsed.data?.diagnostics?.filter(({ severity }) => severity === "error") ?? [];
    throw new UserError(
      errors.map(({ message }) => plain(message)).join("\n") ||
        `the preview failed: ${result.stderr.trim() || result.stdout.trim()}`,
      "mend what the lines above name and run the command again; nothing was changed",
    );
  }
  return planOf(parsed.data);
}

/** The engine's words around a refusal of the program's own say nothing to a user. */
const plain = (message: string): string =>
  stripVTControlCharacters(message)
    .trim()
    .replace(/^(Preview failed: )?before hook "[^"]*" failed: /, "");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Brings the stack up to its configuration; whoever calls has shown what that does, and has asked. */
export const runUpdate = async (stack: RunnableStack, options: readonly string[] = []): Promise<void> =>
  runEngine(stack, [
    ...["up", "--yes", "--skip-preview", "--suppress-outputs"],
    ...(await clientOf(stack)),
    ...options,
  ]);

export const runDestroy = (stack: EngineStack): Promise<void> =>
  runEngine(stack, ["destroy", "--yes", "--skip-preview", "--suppress-outputs"]);

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
      "see its lines above; what was done is kept, and the same command goes on from there. When they say that the stack is locked by an update that is no more: " +
        `export PULUMI_STACK=${stack.name} && . ./activate && pulumi cancel`,
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
