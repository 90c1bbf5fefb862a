import { describe, expect, test } from "vitest";
import { secondsShared, secondWriters } from "../../faults/support/writers.ts";
import type { Acknowledgement } from "../../lab/support/ledger.ts";

const claim = (member: string, tick: number, primary = true) => ({ member, tick, primary });

describe("two primaries at a time", () => {
  test("are counted by the ticks at which both said so", () => {
    const claims = [
      ...[1, 2, 3].map((tick) => claim("db-2", tick)),
      ...[2, 3, 4].map((tick) => claim("db-1", tick)),
      claim("db-3", 2, false),
    ];
    expect(secondsShared(claims)).toEqual(new Map([["db-1 and db-2", 0.4]]));
  });

  test("are none when one follows the other", () => {
    expect(secondsShared([claim("db-1", 1), claim("db-1", 2, false), claim("db-2", 2)])).toEqual(new Map());
  });
});

describe("a second writer", () => {
  const row = (
    server: string,
    timeline: number,
    begun: number,
    acknowledged = begun + 1,
  ): Acknowledgement => ({ row: `${server}-${begun}`, server, timeline, begun, acknowledged });

  test("is not one that takes over on the next timeline", () => {
    expect(secondWriters([row("a", 1, 10), row("a", 1, 20), row("b", 2, 30), row("b", 2, 40)])).toEqual([]);
  });

  test("is not an acknowledgement that was under way and arrives late", () => {
    expect(secondWriters([row("a", 1, 10, 100), row("b", 2, 30)])).toEqual([]);
  });

  test("is one that begins a row on the old timeline after the new one acknowledged, and gets it acknowledged", () => {
    expect(secondWriters([row("a", 1, 10), row("b", 2, 30), row("a", 1, 36)])).toEqual([
      "a acknowledged a-36 on timeline 1, 5 ms after b had done so on timeline 2",
    ]);
  });

  test("is one that came to the same timeline by itself", () => {
    expect(secondWriters([row("b", 2, 30), row("c", 2, 40)])).toEqual([
      "both b and c acknowledged rows on timeline 2",
    ]);
  });
});
