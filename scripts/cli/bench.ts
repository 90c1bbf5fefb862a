import { execa } from "execa";
import { PROJECT_ROOT } from "../project.ts";

/** The measures are a program of their own, beside the tests whose lab they use. */
export async function bench(measures: readonly string[]): Promise<void> {
  const { exitCode } = await execa("tsx", ["test/bench/main.ts", ...measures], {
    cwd: PROJECT_ROOT,
    preferLocal: true,
    localDir: PROJECT_ROOT,
    stdio: "inherit",
    reject: false,
  });
  process.exitCode = exitCode ?? 1;
}
