import { UserError } from "../report.ts";

/** Runs a command to its end: a user's error is shown as its text, a mistake of ours with its stack. */
export async function runTop(action: () => Promise<unknown>): Promise<void> {
  // Whoever reads our output may have enough of it, as "head" has.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
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
