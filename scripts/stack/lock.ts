import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { z } from "zod";
import { PROJECT_ROOT } from "../project.ts";
import { type Report, UserError } from "../report.ts";
import type { EngineStack } from "./engine.ts";

/** What the engine's backend of files writes into a lock. */
const lockSchema = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/**
 * Whether an engine runs under this number. A number is given to another process some day, and one that was killed stays
 * in the list until its parent has asked about it.
 */
export function runsEngine(pid: number): boolean {
  if (!existsSync("/proc/self")) return exists(pid);
  try {
    const [, name = "", state = ""] =
      /^\d+ \((.*)\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name.includes("pulumi") && state !== "Z" && state !== "X";
  } catch (error) {
    return !isMissing(error);
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !isMissing(error);
  }
}

/** Whoever may not look at it has not seen that it is gone. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");

/**
 * Refuses at once when another update has the stack, and takes away the lock of one that was killed on this machine.
 * Only for a backend of files; the others say by themselves who holds a stack.
 */
export async function refuseConcurrentUpdate(stack: EngineStack, report: Report): Promise<void> {
  for (const lock of await locksOf(stack)) {
    const { pid, username, hostname: machine, timestamp } = lock;
    const who = `${username} on ${machine}, process ${pid}, since ${timestamp}`;
    if (machine !== hostname() || runsEngine(pid)) {
      throw new UserError(
        `another update has the stack "${stack.name}": ${who}`,
        `wait until it has ended. When it is no more, release the lock: export PULUMI_STACK=${stack.name} && . ./activate && pulumi cancel`,
      );
    }
    report(`the update of ${who} was killed: releasing its lock`);
    const { failed, stderr } = await execa("pulumi", ["cancel", "--yes", "--stack", stack.name], {
      cwd: PROJECT_ROOT,
      env: stack.environment,
      reject: false,
    });
    if (failed) {
      throw new UserError(
        `the lock could not be released: ${stderr.trim()}`,
        `export PULUMI_STACK=${stack.name} && . ./activate && pulumi cancel`,
      );
    }
  }
}

async function locksOf(stack: EngineStack): Promise<readonly z.infer<typeof lockSchema>[]> {
  const { environment } = stack;
  // Undefined there means that the user's own login decides, whatever this shell has for labs.
  const named =
    "PULUMI_BACKEND_URL" in environment
      ? environment["PULUMI_BACKEND_URL"]
      : process.env["PULUMI_BACKEND_URL"];
  // Relative ones, and those of the home folder, are left to the engine, which refuses by itself, only later.
  if (!named?.startsWith("file:///")) return [];
  const folder = join(fileURLToPath(named), ".pulumi", "locks", "organization", "holdfast", stack.name);
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  return Promise.all(
    files.map(async (file) => lockSchema.parse(JSON.parse(await readFile(join(folder, file), "utf8")))),
  );
}
