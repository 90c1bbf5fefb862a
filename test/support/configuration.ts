import { parseConfig } from "../../infra/config/parse.ts";
import { formatProblems, type Problem } from "../../infra/config/problems.ts";
import type { Config } from "../../infra/config/schema.ts";

type Sections = Readonly<Record<string, unknown>>;

/** The smallest stack: everything that it does not say is a default. */
export const SMALLEST: Sections = { platform: "local" };

/** What is wrong with the smallest stack plus these sections. */
export function problemsOf(sections: Sections, stack = "test"): readonly Problem[] {
  const parsed = parseConfig({ ...SMALLEST, ...sections }, stack);
  return parsed.ok ? [] : parsed.problems;
}

/** The configuration of the smallest stack plus these sections, which must be sound. */
export function configOf(sections: Sections = {}, stack = "test"): Config {
  const parsed = parseConfig({ ...SMALLEST, ...sections }, stack);
  if (!parsed.ok) {
    throw new Error(formatProblems(stack, parsed.problems));
  }
  return parsed.config;
}

/** Words of the validating library, which mean nothing to who wrote the stack's file. */
export const JARGON =
  /invalid|expected|received|regex|too (small|big)|unrecognized|\bNaN\b|undefined|object Object/i;
