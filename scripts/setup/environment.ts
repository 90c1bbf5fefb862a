import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/install.ts";
import { PROJECT_ROOT } from "../project.ts";

export const LOCAL_STACK = "local";

/** Where the state of labs lives, so that nobody has to log in anywhere; git ignores it. */
const FOLDER = join(PROJECT_ROOT, ".holdfast");
const STATE_URL = `file://${join(FOLDER, "state")}`;

/** Labs have names that begin like this, and their state stays on this machine. */
export const isLocal = (stack: string): boolean =>
  stack === LOCAL_STACK || stack.startsWith(`${LOCAL_STACK}-`);

/** Variables to set, or to take away where the value is undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment in which the engine runs for a stack. A lab's state is in files beside the project, encrypted with
 * a passphrase made on the first use, unless the user's own environment names a backend; for all other stacks the
 * user's Pulumi decides.
 */
export async function stackEnvironment(engine: Engine, stack: string): Promise<Environment> {
  return {
    PATH: `${engine.bin}:${process.env["PATH"] ?? ""}`,
    PULUMI_STACK: stack,
    ...engine.environment,
    ...(await backendFor(stack)),
  };
}

async function backendFor(stack: string): Promise<Environment> {
  const named = process.env["PULUMI_BACKEND_URL"];
  if (isLocal(stack)) {
    return !named || named === STATE_URL ? fileBackend() : {};
  }
  // A shell that was activated for a lab before must not put another stack's state among the lab's.
  return named === STATE_URL
    ? { PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: undefined }
    : {};
}

async function fileBackend(): Promise<Environment> {
  const passphrase = join(FOLDER, "passphrase");
  await mkdir(join(FOLDER, "state"), { recursive: true, mode: 0o700 });
  if (!existsSync(passphrase)) {
    await writeFile(passphrase, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  }
  return {
    PULUMI_BACKEND_URL: STATE_URL,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    // It would win over the file.
    PULUMI_CONFIG_PASSPHRASE: undefined,
  };
}
