import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseConfig } from "../../../../infra/config/parse.ts";
import { formatProblems } from "../../../../infra/config/problems.ts";
import { JARGON } from "../../../support/configuration.ts";
import { sectionsOf } from "../../../support/stack-file.ts";

// What somebody types below "config:" in Pulumi.STACK.yaml, and the words by which they learn what is wrong: one
// problem each. "found" is the whole line, in the lines "allowed" and "next" there may be more.

const FOLDER = new URL("./invalid/", import.meta.url);
const text = z.string().min(1);
const subjects = z.record(
  text,
  z.array(z.strictObject({ config: text, path: text, found: text, allowed: text, next: text })).min(1),
);
const INVALID = readdirSync(FOLDER).flatMap((file) =>
  Object.entries(subjects.parse(parse(readFileSync(new URL(file, FOLDER), "utf8")))),
);

/** The problem as its lines show it; the first line of all counts them. */
function shown(config: string) {
  const parsed = parseConfig(sectionsOf(config), "blue");
  const problems = parsed.ok ? [] : parsed.problems;
  const report = formatProblems("blue", problems);
  const line = (label: string) => new RegExp(`^    ${label} +(.*)$`, "m").exec(report)?.[1];
  return {
    first: report.split("\n")[0],
    paths: problems.map((problem) => problem.path),
    found: line("found"),
    allowed: line("allowed"),
    next: line("next"),
  };
}

describe.each(INVALID)("%s", (_, cases) => {
  test.each(cases)("$config", ({ config, path, found, allowed, next }) => {
    const problem = shown(config);
    expect(problem).toEqual({
      first: 'the configuration of the stack "blue" has one problem; nothing was changed.',
      paths: [path],
      found,
      allowed: expect.stringContaining(allowed),
      next: expect.stringContaining(next),
    });
    expect(`${problem.allowed} ${problem.next}`).not.toMatch(JARGON);
  });
});

test("there are as many as it takes to be sure of the messages", () => {
  expect(INVALID.flatMap(([, cases]) => cases).length).toBeGreaterThanOrEqual(100);
});
