import { createInterface, type Interface } from "node:readline/promises";
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
    const answer = await answerOf(terminal, "Do it? (yes/no) ");
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new UserError("nothing was done", "answer yes, or give --yes, to do it");
    }
  } finally {
    terminal.close();
  }
}

/** Whether a name that was given beforehand is the right one, and somebody can be asked where none was. */
export function nameable(given: string | undefined, name: string): void {
  if (given !== undefined && given !== name) {
    throw new UserError(
      `nothing was done, for "${given}" is not the cluster's name`,
      `give its name to go on: --confirm ${name}`,
    );
  }
  if (given === undefined && !process.stdin.isTTY) {
    throw new UserError(
      "nothing was done, for nobody is there to say yes",
      `run the command again with --confirm ${name} or from a terminal`,
    );
  }
}

/** As `agreed`, for what costs data: by the name of the cluster, typed or given beforehand. */
export async function agreedByName(given: string | undefined, name: string, plan: string): Promise<void> {
  nameable(given, name);
  report(plan);
  if (given !== undefined) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = (await answerOf(terminal, "Type the cluster's name to go on: ")).trim();
    if (answer !== name) {
      throw new UserError(
        `nothing was done, for "${answer}" is not the cluster's name`,
        `it is ${name}; run the command again`,
      );
    }
  } finally {
    terminal.close();
  }
}

/** An interrupt or the end of input is an answer without a word. */
const answerOf = (terminal: Interface, question: string): Promise<string> =>
  terminal.question(question).catch((error: unknown) => {
    // Ctrl-C, Ctrl-D.
    if (error instanceof Error && error.name === "AbortError") return "";
    throw error;
  });

/** How a command asks. */
export interface Asking {
  readonly local: boolean;
  readonly yes: true | undefined;
}

/** A lab is brought up to its configuration unasked where nobody can be asked, unless something of it is at stake. */
export const unlessAsked = ({ local, yes }: Asking, atStake = false): Consent =>
  yes || (local && !atStake && !process.stdin.isTTY) ? { yes: true } : {};
