import { describe, expect, test } from "vitest";
import { answersIn } from "../../faults/backups/writes.ts";
import { holesIn } from "../../lab/support/wal-names.ts";

describe("holes in what was archived", () => {
  test("none, where each timeline goes on where it left the one before", () => {
    expect(
      holesIn([
        "0000000100000000000000FE",
        "0000000100000000000000FF",
        "000000020000000100000000",
        "000000010000000100000000",
        "000000030000000100000001",
        "00000003.history",
      ]),
    ).toEqual([]);
  });

  test("each one, within a timeline and between two", () => {
    expect(
      holesIn(["000000010000000000000002", "000000010000000000000004", "000000020000000000000007"]),
    ).toEqual([3, 5, 6]);
  });

  test("of nothing there are none", () => {
    expect(holesIn([])).toEqual([]);
  });
});

describe("how a database answered in a time", () => {
  const acknowledgement = (begun: number, acknowledged: number) => ({
    row: `${begun}`,
    server: "10.0.0.1",
    timeline: 1,
    begun,
    acknowledged,
  });

  test("the time before the first answer and the one after the last count, those outside do not", () => {
    const answers = [acknowledgement(0, 5), acknowledgement(110, 120), acknowledgement(125, 130)];
    expect(answersIn(answers, 100, 190)).toEqual({ gapMs: 60, medianMs: 10 });
  });

  test("without an answer it is all of the time", () => {
    expect(answersIn([], 100, 400)).toEqual({ gapMs: 300, medianMs: Number.POSITIVE_INFINITY });
  });
});
