import { describe, expect, test } from "vitest";
import { JARGON, problemsOf } from "./configuration.ts";

/** Sections, and the one problem in them: where, what was found, what is allowed, and what to do. */
export type Case = readonly [
  sections: Record<string, unknown>,
  path: string,
  got: unknown,
  allowed: string | RegExp,
  change: string | RegExp,
];

/** The command that sets a value. */
export const set = (path: string, value = "VALUE") => `pulumi config set --path 'holdfast:${path}' ${value}`;

/** Whatever the value, as long as it is the command. */
export const SET = /^pulumi config set --path 'holdfast:/;

/** One test for each: the problem is found, alone, and in plain words. */
export function describeProblems(subject: string, cases: readonly Case[]): void {
  describe(subject, () => {
    test.each([...cases])("%j is wrong at %s", (sections, path, got, allowed, change) => {
      const problems = problemsOf(sections);
      expect(problems).toEqual([
        {
          path,
          got,
          allowed: expect.stringMatching(literally(allowed)),
          change: expect.stringMatching(literally(change)),
        },
      ]);
      expect(`${problems[0]?.allowed} ${problems[0]?.change}`).not.toMatch(JARGON);
    });
  });
}

const literally = (text: string | RegExp) =>
  typeof text === "string" ? new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`) : text;
