import { expect, test } from "vitest";
import type { FaultResult } from "../../faults/support/run-fault.ts";
import { renderFaults } from "../../faults/support/table.ts";

const RESULT: FaultResult = {
  fault: "host killed",
  gapSeconds: 21.93,
  gapBoundSeconds: 28,
  waitSeconds: 22.04,
  acknowledged: 4321,
  missing: 0,
  overlapSeconds: {},
  wholeSeconds: 9.04,
  leaderBefore: "db-1",
  leaderAfter: "db-3",
  problems: [],
};
const cells = (text: string, fault: string) =>
  text
    .split("\n")
    .find((line) => line.includes(`│ ${fault} `))
    ?.split("│")
    .map((cell) => cell.trim())
    .slice(1, -1);

test("a fault that all went well after is one line", () => {
  const text = renderFaults([RESULT]);
  expect(cells(text, "host killed")).toEqual([
    ...["host killed", "21.9", "28", "22.0", "4321", "0", "", "9.0", "db-1 → db-3", "ok"],
  ]);
});

test("what did not hold is told below the table", () => {
  const failed = {
    ...RESULT,
    missing: 2,
    overlapSeconds: { "db-1 and db-3": 1.4 },
    wholeSeconds: null,
    leaderAfter: null,
    problems: ["lost although it was acknowledged: 0-17"],
  };
  const text = renderFaults([failed]);
  expect(cells(text, "host killed")).toEqual([
    ...[
      "host killed",
      "21.9",
      "28",
      "22.0",
      "4321",
      "2",
      "db-1 and db-3 1.4",
      "never",
      "db-1 → none",
      "FAILED",
    ],
  ]);
  expect(text).toContain("\nhost killed: lost although it was acknowledged: 0-17\n");
});
