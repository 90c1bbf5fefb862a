import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { PROJECT_ROOT } from "../project.ts";
import type { Report } from "../report.ts";
import { actionlintProgram } from "../setup/actionlint.ts";
import { isOnPath } from "../setup/apt.ts";

export interface CheckResult {
  readonly name: string;
  /** "skipped" where this machine lacks the program: said aloud, and no failure. */
  readonly outcome: "ok" | "failed" | "skipped";
  readonly seconds: number;
  /** What the program printed, or why it was skipped. */
  readonly output: string;
}

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: () => Promise<readonly string[]> | readonly string[];
  /** A program of the machine and not of node_modules: without it the check is skipped. */
  readonly install?: string;
}

const SHELLCHECK = [
  "--severity=warning",
  "--external-sources",
  "--source-path=SCRIPTDIR",
  // "referenced but not assigned": a component's script has its variables from the program, and from the agent.
  "--exclude=SC2154",
];

/** The slow ones first, so that they do not run alone at the end. */
const CHECKS: readonly Check[] = [
  { name: "eslint", program: "eslint", args: () => ["--max-warnings", "0", "."] },
  { name: "types", program: "tsc", args: () => ["--noEmit"] },
  { name: "biome", program: "biome", args: () => ["check", "--error-on-warnings", "."] },
  { name: "imports", program: "depcruise", args: () => ["infra", "components", "scripts", "test"] },
  { name: "unused code", program: "knip", args: () => [] },
  {
    name: "shell",
    program: "shellcheck",
    args: async () => [...SHELLCHECK, ...(await shellScripts())],
    install: "apt-get install shellcheck",
  },
  {
    // It has shellcheck look at what the steps run, where that is on this machine.
    name: "workflows",
    program: actionlintProgram(),
    args: workflows,
    install: "npm test builds it",
  },
];

const AT_ONCE = 2;
const TIMEOUT_MS = 5 * 60_000;

/** All checks of the sources that need no engine and no hosts. Each is shown as soon as it ends. */
export async function runChecks(report: Report): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const waiting = [...CHECKS];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const result = await run(check);
      report(render(result));
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

async function run(check: Check): Promise<CheckResult> {
  if (check.install !== undefined && !(await isOnPath(check.program))) {
    const output = `${check.program} is not on this machine: ${check.install}`;
    return { name: check.name, outcome: "skipped", seconds: 0, output };
  }
  const result = await execa(check.program, await check.args(), {
    cwd: PROJECT_ROOT,
    // Programs of the project's own packages, and of no other version that this machine may have.
    preferLocal: true,
    localDir: PROJECT_ROOT,
    reject: false,
    all: true,
    timeout: TIMEOUT_MS,
  });
  return {
    name: check.name,
    outcome: result.failed ? "failed" : "ok",
    seconds: result.durationMs / 1000,
    // A program that never started, or was stopped, has printed nothing that says so.
    output: [result.failed ? result.shortMessage : "", result.all].filter(Boolean).join("\n"),
  };
}

function render({ name, outcome, seconds, output }: CheckResult): string {
  switch (outcome) {
    case "ok":
      return `ok ${name} ${seconds.toFixed(1)} s`;
    case "skipped":
      return `skipped ${name}: ${output}`;
    case "failed":
      return `FAILED ${name} ${seconds.toFixed(1)} s\n${output}`;
  }
}

/** Ours; the golden files are the same scripts as they land on a host. */
async function shellScripts(): Promise<readonly string[]> {
  const folders = ["components", "infra", "scripts", "test"];
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(PROJECT_ROOT, folder), { recursive: true })).map((file) => join(folder, file)),
    ),
  );
  const scripts = found.flat().filter((file) => file.endsWith(".sh") && !file.startsWith("test/golden/"));
  return ["activate", "holdfast", ...scripts.sort()];
}

/** Named one by one: without names it wants a repository, which a copy of the sources is not. */
async function workflows(): Promise<readonly string[]> {
  const folder = join(".github", "workflows");
  return (await readdir(join(PROJECT_ROOT, folder))).sort().map((file) => join(folder, file));
}
