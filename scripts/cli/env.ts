import { quote } from "../../components/remote/shell.ts";
import { ensureEngine } from "../engine/install.ts";
import { report } from "../report.ts";
import { stackEnvironment } from "../setup/environment.ts";

/** Prints export lines for a POSIX shell. */
export async function env(stack: string): Promise<void> {
  const variables = await stackEnvironment(await ensureEngine(report), stack);
  process.stdout.write(
    Object.entries(variables)
      .map(([name, value]) => `export ${name}=${quote(value)}\n`)
      .join(""),
  );
}
