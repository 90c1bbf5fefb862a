import { createInterface } from "node:readline/promises";
import { UserError } from "../report.ts";

/** Asks on the terminal whether to go on; without one the answer has to be given as --yes. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UserError("nobody is there to say yes", "run the command again with --yes or from a terminal");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} Type yes to go on: `)).trim());
  } finally {
    terminal.close();
  }
}
