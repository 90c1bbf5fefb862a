import { runChecks } from "../check/check.ts";
import { report, UserError } from "../report.ts";

/** All checks of the sources; ends with an error that names those that failed. */
export async function check(): Promise<void> {
  const failed = (await runChecks(report)).filter((result) => result.outcome === "failed");
  if (failed.length > 0) {
    throw new UserError(
      `${failed.length} checks failed: ${failed.map((result) => result.name).join(", ")}`,
      "mend what their lines above name; npx biome check --write . formats",
    );
  }
}
