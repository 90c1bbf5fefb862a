import { readFileSync } from "node:fs";
import { vi } from "vitest";

/** Whether a process still runs: one that has ended but that nobody has asked about yet does not. */
function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it is in brackets and may itself contain any character.
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

export async function untilEnded(pid: number): Promise<void> {
  await vi.waitFor(
    () => {
      if (runs(pid)) {
        throw new Error(`process ${pid} still runs`);
      }
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** The file's text as soon as it is as a command leaves it when it has come that far. */
export async function untilWritten(path: string, pattern: RegExp): Promise<string> {
  return vi.waitFor(
    () => {
      const text = readFileSync(path, "utf8");
      if (!pattern.test(text)) {
        throw new Error(`${path} is not as awaited yet: ${text}`);
      }
      return text;
    },
    { timeout: 20_000, interval: 20 },
  );
}
