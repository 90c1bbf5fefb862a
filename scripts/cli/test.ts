import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { PROJECT_ROOT } from "../project.ts";
import { report } from "../report.ts";
import { prepareForTests, prepareMachine } from "../setup/machine.ts";
import { check } from "./check.ts";

const RESULTS = join(PROJECT_ROOT, ".holdfast", "tests.json");

const resultsSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});

/** Those of every change; the others take longer. */
const PROJECTS: readonly string[] = ["unit", "program", "rehearsal", "lab", "backup-faults"];

export interface TestOptions {
  readonly project?: string;
  readonly name?: string;
}

/** Everything that the tests need, then the checks, then the tests; the last line counts them. */
export async function test(filters: readonly string[], { project, name }: TestOptions): Promise<void> {
  await prepareMachine(report);
  await prepareForTests(report);
  if (filters.length === 0 && project === undefined && name === undefined) {
    await check();
  }
  const projects = (project === undefined ? PROJECTS : [project]).flatMap((each) => ["--project", each]);
  const narrowed = [...filters, ...(name === undefined ? [] : ["--testNamePattern", name])];
  await rm(RESULTS, { force: true });
  const { exitCode } = await execa(
    "vitest",
    [
      "run",
      ...projects,
      ...narrowed,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${RESULTS}`,
    ],
    { cwd: PROJECT_ROOT, preferLocal: true, localDir: PROJECT_ROOT, stdio: "inherit", reject: false },
  );
  const counted = resultsSchema.parse(JSON.parse(await readFile(RESULTS, "utf8")));
  const skipped = counted.numPendingTests + counted.numTodoTests;
  process.stdout.write(
    `\n${counted.numPassedTests} passed, ${counted.numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
  );
  process.exitCode = exitCode ?? 1;
}
