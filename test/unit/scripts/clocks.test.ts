import { expect, test } from "vitest";
import { aheadBy } from "../../../scripts/stack/clocks.ts";

test.each([
  ["between question and answer, as far as anybody can tell", 1500, 0],
  ["at the question", 1000, 0],
  ["at the answer", 2000, 0],
  ["behind", 999, -0.001],
  ["an hour behind", 1000 - 3_600_000, -3600],
  ["an hour ahead", 2000 + 3_600_000, 3600],
])("a clock that is %s", (_, hosts, seconds) => {
  expect(aheadBy(1000, hosts, 2000)).toBe(seconds);
});
