import { describe, expect, test } from "vitest";
import { EVENTS } from "../../../../components/monitoring/names.ts";
import { RULES } from "../../../support/alerts/facts.ts";
import { commandProblems, runbooks } from "../../../support/alerts/runbooks.ts";

const PAGES = runbooks();
const HEADINGS = ["What it means", "How to see it", "What to do", "What not to do"];
const LINES = 45;

describe("runbooks", () => {
  test("there is one for each alert and event, and for nothing else", () => {
    expect([...PAGES.keys()].sort()).toEqual(
      [...RULES.map(({ name }) => name), ...Object.values(EVENTS)].sort(),
    );
  });

  test.each([...PAGES])("%s is a short page of four parts", (name, text) => {
    expect(text.split("\n")[0]).toBe(`# ${name}`);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
    expect(text.split("\n").length).toBeLessThanOrEqual(LINES);
  });

  test.each([...PAGES])("%s names commands that there are", (_, text) => {
    expect(text).toContain("./holdfast ");
    expect(commandProblems(text)).toEqual([]);
  });

  test("a command that there is not is found", () => {
    expect(commandProblems("`./holdfast fail-over`")).not.toEqual([]);
    expect(commandProblems("`./holdfast restart --now`")).not.toEqual([]);
    expect(commandProblems("`./holdfast logs db-9`")).not.toEqual([]);
    expect(commandProblems("`./holdfast logs db-1 postgres`")).not.toEqual([]);
    expect(commandProblems("`./holdfast restore`")).not.toEqual([]);
  });
});
