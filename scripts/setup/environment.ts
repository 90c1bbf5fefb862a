import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/install.ts";
import { PROJECT_ROOT } from "../project.ts";

export const LOCAL_STACK = "local";

/** Where the state of stacks lives that need no log-in; git ignores it. */
export interface FileBackend {
  readonly folder: string;
}

export const projectBackend: FileBackend = { folder: join(PROJECT_ROOT, ".holdfast") };

/** Labs have names that begin like this, and their state stays on this machine. */
export const isLocal = (stack: string): boolean =>
  stack === LOCAL_STACK || stack.startsWith(`${LOCAL_STACK}-`);

/**
 * The environment in which the engine runs for a stack. A lab's state is in files beside the project, encrypted with
 * a passphrase made on the first use, unless the user's own environment names a backend; for all other stacks the
 * user's Pulumi decides.
 */
export async function stackEnvironment(
  engine: Engine,
  stack: string,
  backend: FileBackend = projectBackend,
): Promise<Record<string, string>> {
  return {
    PATH: `${engine.bin}:${process.env["PATH"] ?? ""}`,
    PULUMI_STACK: stack,
    ...engine.environment,
    ...(isLocal(stack) && !process.env["PULUMI_BACKEND_URL"] ? await fileBackend(backend) : {}),
  };
}

async function fileBackend({ folder }: FileBackend): Promise<Record<string, string>> {
  const state = join(folder, "state");
  const passphrase = join(folder, "passphrase");
  await mkdir(state, { recursive: true, mode: 0o700 });
  if (!existsSync(passphrase)) {
    await writeFile(passphrase, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  }
  return { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE_FILE: passphrase };
}
