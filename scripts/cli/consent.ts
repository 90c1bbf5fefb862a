import { createInterface } from "node:readline/promises";
import { report, UserError } from "../report.ts";

export interface Consent {
  /** Do not ask. */
  readonly yes?: true;
}

/** Shows what is about to be done and asks, unless it was said beforehand; without a terminal nobody can be asked. */
export async function agreed({ yes }: Consent, plan: string): Promise<void> {
  report(plan);
  if (yes) return;
  if (!process.stdin.isTTY) {
    throw new UserError(
      "nothing was done, for nobody is there to say yes",
      "run the command again with --yes or from a terminal",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question("Do it? (yes/no) ").catch((error: unknown) => {
      // Ctrl-C, Ctrl-D.
      if (error instanceof Error && error.name === "AbortError") return "no";
      throw error;
    });
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new UserError("nothing was done", "answer yes, or give --yes, to do it");
    }
  } finally {
    terminal.close();
  }
}

/** How a command asks. */
export interface Asking {
  readonly local: boolean;
  readonly yes: true | undefined;
}

/** A lab is brought up to its configuration unasked where nobody can be asked, unless something of it is at stake. */
export const unlessAsked = ({ local, yes }: Asking, atStake = false): Consent =>
  yes || (local && !atStake && !process.stdin.isTTY) ? { yes: true } : {};
