import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../report.ts";

const ENDS = ["SIGHUP", "SIGTERM"] as const;

/**
 * Runs an interactive program that wants its secrets in files: they exist only while it runs, for this user alone.
 * Returns the program's exit code.
 */
export async function withSecretFiles(
  files: Readonly<Record<string, string>>,
  command: (paths: Readonly<Record<string, string>>) => {
    readonly program: string;
    readonly args: readonly string[];
    readonly environment?: Readonly<Record<string, string | undefined>>;
  },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  // A terminal that is closed ends this process without its "finally".
  const end = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  };
  for (const signal of ENDS) process.on(signal, end);
  try {
    const paths: Record<string, string> = {};
    for (const [name, content] of Object.entries(files)) {
      paths[name] = join(folder, name);
      await writeFile(paths[name], content, { mode: 0o600 });
    }
    const { program, args, environment } = command(paths);
    // The program handles the keyboard's interrupts itself, as psql does to cancel a query.
    const ignore = () => undefined;
    process.on("SIGINT", ignore);
    const result = await execa(program, [...args], {
      stdio: "inherit",
      reject: false,
      env: { ...environment },
    });
    process.off("SIGINT", ignore);
    if (result.code === "ENOENT") {
      throw new UserError(`${program} is not on this machine`, "./holdfast doctor says how to get it");
    }
    return result.exitCode ?? 1;
  } finally {
    for (const signal of ENDS) process.off(signal, end);
    await rm(folder, { recursive: true, force: true });
  }
}
