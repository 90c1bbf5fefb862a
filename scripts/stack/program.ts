import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import { z } from "zod";
import { PROJECT_ROOT } from "../project.ts";
import { UserError } from "../report.ts";
import type { Environment } from "../setup/environment.ts";

const projectSchema = z.object({
  main: z.string(),
  runtime: z.object({ options: z.object({ nodeargs: z.string() }) }),
});

/**
 * The program, loaded once for all previews and updates of a command: each of them is shorter by what loading takes, and
 * the later ones by what Node has learnt about it.
 */
export interface Program {
  /** Where the engine reaches it: the value of its --client. */
  readonly address: Promise<string>;
  end(): void;
}

export async function startProgram(environment: Environment): Promise<Program> {
  const project = projectSchema.parse(parse(await readFile(join(PROJECT_ROOT, "Pulumi.yaml"), "utf8")));
  const nodeArguments = project.runtime.options.nodeargs.split(" ");
  const child = spawn(
    process.execPath,
    [...nodeArguments, join(PROJECT_ROOT, "scripts/stack/program-main.ts")],
    {
      // As the engine runs it.
      cwd: join(PROJECT_ROOT, dirname(project.main)),
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const address = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once("line", (port) => resolve(`127.0.0.1:${port}`));
    child.once("error", reject);
    child.once("close", () =>
      reject(new UserError("the program could not be loaded", "see the lines above")),
    );
  });
  // Whoever needs it waits for it, and hears why it is not there.
  address.catch(() => undefined);
  return { address, end: () => child.kill("SIGKILL") };
}
