import { quote } from "../../components/remote/shell.ts";
import { ensureEngine } from "../engine/install.ts";
import { report } from "../report.ts";
import { stackEnvironment } from "../setup/environment.ts";

/** Prints what a POSIX shell evaluates to work on a stack, and tells the user which one that is. */
export async function env(stack: string): Promise<void> {
  const variables = await stackEnvironment(await ensureEngine(report), stack);
  process.stdout.write(
    Object.entries(variables)
      .map(([name, value]) => (value === undefined ? `unset ${name}\n` : `export ${name}=${quote(value)}\n`))
      .join(""),
  );
  report(`this shell works on the stack "${stack}"`);
}
