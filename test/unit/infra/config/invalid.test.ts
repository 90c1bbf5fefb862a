import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../../infra/config/parse.ts";
import { formatProblems } from "../../../../infra/config/problems.ts";
import { JARGON } from "../../../support/configuration.ts";
import { sectionsOf } from "../../../support/stack-file.ts";
import { INVALID, type Invalid } from "./invalid.cases.ts";

/** The problem as its four lines show it; the first line of all counts them. */
function shown(yaml: string) {
  const parsed = parseConfig(sectionsOf(yaml), "blue");
  const text = formatProblems("blue", parsed.ok ? [] : parsed.problems);
  const line = (label: string) => new RegExp(`^    ${label} +(.*)$`, "m").exec(text)?.[1];
  return {
    first: text.split("\n")[0],
    paths: parsed.ok ? [] : parsed.problems.map((problem) => problem.path),
    found: line("found"),
    allowed: line("allowed"),
    next: line("next"),
  };
}

const cases = (list: readonly Invalid[]) =>
  list.map((each) => [each.yaml.trim().slice(0, 120), each] as const);

describe.each(Object.entries(INVALID))("%s", (_, list) => {
  test.each(cases(list))("%s", (_, { yaml, path, found, allowed, next }) => {
    const problem = shown(yaml);
    expect(problem).toMatchObject({
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
  expect(Object.values(INVALID).flat().length).toBeGreaterThanOrEqual(100);
});
