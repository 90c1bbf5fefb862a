import { expect, test } from "vitest";
import { checkRoutes, checkRules } from "./subjects/rules.ts";

test("Prometheus' own tool takes all rules, and each of them fires, keeps quiet and ends as its cases say", async () => {
  expect(await checkRules()).toContain("SUCCESS");
});

test("every severity leads to its receiver, by Alertmanager's own tool", async () => {
  expect(await checkRoutes()).toContain("SUCCESS");
});
