import { UserError } from "../report.ts";

/** Runs a command to its end: a user's error is shown as its text, a mistake of ours with its stack. */
export async function runTop(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    process.stderr.write(
      error instanceof UserError
        ? `${error.message}\n`
        : `${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
