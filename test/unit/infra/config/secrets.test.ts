import { expect, test } from "vitest";
import { formatProblems } from "../../../../infra/config/problems.ts";
import { hideSecrets } from "../../../../infra/config/secrets.ts";
import { problemsOf } from "../../../support/configuration.ts";

/** The report of these sections, of which some came encrypted. */
const report = (sections: Record<string, unknown>, ...secret: readonly string[]) =>
  formatProblems("blue", hideSecrets(problemsOf(sections, "blue"), sections, new Set(secret)));

test("what was found is shown, unless it came encrypted", () => {
  const sections = { tls: { caDays: "hunter2" }, pools: { size: "hunter3" } };
  expect(report(sections)).toContain('found    "hunter2"');
  const text = report(sections, "tls");
  expect(text).toContain(
    "holdfast:tls.caDays\n    found    [secret]\n    allowed  a whole number from 30 to 7300",
  );
  expect(text).not.toContain("hunter2");
  expect(text).toContain('found    "hunter3"');
});

test("nor is it shown by a rule that compares it with another section", () => {
  const sections = {
    databases: [{ name: "treasure" }],
    access: [{ from: ["10.0.0.0/8"], databases: ["treasures"] }],
  };
  expect(report(sections)).toContain("one of the databases: treasure");
  const text = report(sections, "databases");
  expect(text).toContain('found    "treasures"\n    allowed  one of the databases: [secret]');
  expect(text).toContain('next     rename it to "[secret]"');
});

test("nor by the command that would mend it", () => {
  const text = report({ pools: { size: "1234" } }, "pools");
  expect(text).toContain("next     pulumi config set --path 'holdfast:pools.size' [secret]");
  expect(text).not.toContain("1234");
});

test("a section is known by its whole name", () => {
  const sections = { os: { timeZone: "Mars" }, osx: 1 };
  expect(report(sections, "os")).toContain("holdfast:osx\n    found    1");
  expect(report({ "a.b": "hidden" }, "a.b")).toContain("found    [secret]");
});
