import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { LARGE, MINIMAL } from "./configurations.ts";
import { FUNCTIONS, providers, type Secrets } from "./providers.ts";
import { type Recording, type Registration, record } from "./recorder.ts";

export const STACK = "local-test";

export type Mode = "preview" | "update";

export interface Run extends Recording {
  readonly mode: Mode;
  /** What infra/index.ts exports. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly secrets: Secrets;
}

/** A program that is ready to run against recorded mocks. */
export interface Prepared extends Recording {
  readonly secrets: Secrets;
  run(): Promise<Readonly<Record<string, unknown>>>;
}

export async function prepareProgram(
  config: Readonly<Record<string, unknown>>,
  mode: Mode,
  /** Sections with a value that was set with --secret. */
  encrypted: readonly string[] = [],
  stack = STACK,
): Promise<Prepared> {
  const { provider, secrets } = providers();
  // The engine hands every value over as text, groups and lists as JSON.
  const texts = Object.entries(config).map(([key, value]) => [
    `holdfast:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(texts),
    encrypted.map((section) => `holdfast:${section}`),
  );
  const recording = await record(stack, mode === "preview", provider, FUNCTIONS);
  return {
    ...recording,
    secrets,
    run: async () => {
      // The program is a module: it runs when it is imported, and again only when nothing remembers it.
      vi.resetModules();
      return withoutHanging(async () => {
        const exports = { ...(await import("../../../infra/index.ts")) };
        // Until every resource is registered and every value that was on its way has arrived.
        await pulumi.runtime.disconnect();
        return exports;
      });
    },
  };
}

const DEADLINE_MS = 60_000;

/**
 * An error inside `apply` ends a real program; here it would leave the resources that wait for the value, and with
 * them the test, waiting for ever.
 */
async function withoutHanging<T>(action: () => Promise<T>): Promise<T> {
  const ends = new AbortController();
  const failure = new Promise<never>((_, reject) => {
    process.on("unhandledRejection", reject);
    const timer = setTimeout(() => reject(new Error("the program did not end")), DEADLINE_MS);
    ends.signal.addEventListener("abort", () => {
      process.off("unhandledRejection", reject);
      clearTimeout(timer);
    });
  });
  try {
    return await Promise.race([action(), failure]);
  } finally {
    ends.abort();
  }
}

/** The whole program, infra/index.ts, once. Runs share the runtime of the SDK, so they follow one another. */
export async function runProgram(
  config: Readonly<Record<string, unknown>>,
  mode: Mode,
  stack = STACK,
): Promise<Run> {
  const prepared = await prepareProgram(config, mode, [], stack);
  const exports = await prepared.run();
  return {
    resources: prepared.resources,
    outputs: prepared.outputs,
    secrets: prepared.secrets,
    mode,
    exports,
  };
}

/** A small and a large cluster, each as a first preview and as a first update; the titles are for `describe.each`. */
export async function allRuns(): Promise<readonly (readonly [title: string, run: Run])[]> {
  const runs: [string, Run][] = [];
  for (const [name, config] of [
    ["minimal", MINIMAL],
    ["large", LARGE],
  ] as const) {
    for (const mode of ["preview", "update"] as const) {
      runs.push([`${name} ${mode}`, await runProgram(config, mode)]);
    }
  }
  return runs;
}

export function named(run: Recording, name: string): Registration {
  const found = run.resources.filter((resource) => resource.name === name);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`there are ${found.length} resources called "${name}"`);
  }
  return found[0];
}

export const ofType = (run: Recording, type: string): readonly Registration[] =>
  run.resources.filter((resource) => resource.type === type);

export const remoteCommands = (run: Recording) => ofType(run, "command:remote:Command");
export const localCommands = (run: Recording) => ofType(run, "command:local:Command");

/** Names of the hosts in a run: each has a container of its own. */
export const hostNames = (run: Recording, prefix = ""): readonly string[] =>
  localCommands(run)
    .map((command) => command.name)
    .filter((name) => name.startsWith(prefix) && name.endsWith("-host") && name !== "services-host")
    .map((name) => name.slice(0, -"-host".length))
    .sort();

/** All that a resource is made after, through however many steps. */
export function precursors(run: Recording, name: string): ReadonlySet<string> {
  const byKey = new Map(run.resources.map((resource) => [resource.key, resource]));
  const seen = new Set<string>();
  const open = [...named(run, name).dependencies];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const resource = byKey.get(key);
    if (resource !== undefined && !seen.has(resource.name)) {
      seen.add(resource.name);
      open.push(...resource.dependencies);
    }
  }
  return seen;
}
