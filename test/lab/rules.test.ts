import { expect, test } from "vitest";
import { checkRules } from "./subjects/rules.ts";

test("Prometheus' own tool takes all rules, and each of them fires, keeps quiet and ends as its cases say", async () => {
  expect(await checkRules()).toContain("SUCCESS");
});
