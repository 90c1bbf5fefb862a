import { describe, expect, test } from "vitest";
import {
  renderBackups,
  renderPlan,
  renderReached,
  renderTest,
  span,
} from "../../../../scripts/cli/restore-text.ts";
import type { BackupRow, RestorePlan } from "../../../../scripts/stack/restores.ts";

const PLAN: RestorePlan = {
  source: "bucket",
  backup: "20260102T020000",
  backupEnded: "2026-01-02T02:05:00.000+00:00",
  bytes: 3 * 1024 ** 3,
  target: { kind: "latest", value: "" },
  timeline: 2,
  walFirst: "000000020000000000000014",
  walLast: "00000002000000000000001E",
  walFiles: 11,
  walUntil: "2026-01-02T12:00:00.000+00:00",
  seconds: null,
  bytesNeeded: 5 * 1024 ** 3,
  bytesFree: 100 * 1024 ** 3,
};
const ROW: BackupRow = {
  source: "bucket",
  id: "20260102T020000",
  ended: "2026-01-02T02:05:00.000+00:00",
  bytes: 1024 ** 2,
  lsn: "0/1500100",
  onTheWay: true,
  walLast: "00000002000000000000001E",
  walUntil: "2026-01-02T12:00:00.000+00:00",
  walMissing: null,
  proven: null,
};
const NOW = new Date("2026-01-02T12:00:40Z");

describe("a plan", () => {
  test("says what of the data it will not have, and how old that is", () => {
    expect(renderPlan(PLAN, NOW)).toBe(
      [
        "to         the end of the WAL",
        "from       the bucket, timeline 2",
        "backup     20260102T020000, ended 2026-01-02 02:05:00 UTC, 3072 MiB",
        "WAL        000000020000000000000014 to 00000002000000000000001E, 11 files at most",
        "takes      nobody knows: nothing was restored from there yet",
        "needs      5120 MiB of 102400 MiB that are free",
        "not in it  what is not in the last WAL file, which came there 40 s ago (2026-01-02 12:00:00 UTC)",
        "",
      ].join("\n"),
    );
  });

  test("to a moment names it, and estimates by what was measured", () => {
    const text = renderPlan({ ...PLAN, target: { kind: "lsn", value: "0/1500100" }, seconds: 754 }, NOW);
    expect(text).toContain("to         lsn 0/1500100\n");
    expect(text).toContain("takes      about 13 min, as fast as the last time\n");
    expect(text).toContain("not in it  everything that was committed after lsn 0/1500100\n");
  });
});

test("what was reached stands beside what was wanted", () => {
  const reached = { lsn: "0/1500148", time: "2026-01-02 11:59:58.1+00", note: null, seconds: 12.3 };
  const target = { kind: "time", value: "2026-01-02 12:00:00+00:00" } as const;
  const open = { state: "open", plan: { ...PLAN, target }, reached, socket: "/s" } as const;
  expect(renderReached(open)).toBe(
    "recovered to 0/1500148, last commit 2026-01-02 11:59:58.1+00; wanted was time 2026-01-02 12:00:00+00:00; in 12 s\n",
  );
  expect(renderReached({ ...open, reached: { ...reached, time: null, note: "quiet" } })).toContain(
    "no commit after the backup; wanted was time 2026-01-02 12:00:00+00:00 (quiet); ",
  );
});

test("the list shows what is missing and what was proven", () => {
  const text = renderBackups([
    ROW,
    { ...ROW, id: "A", proven: { at: "2026-01-03T04:00:00+00:00", problems: [] } },
    { ...ROW, id: "B", proven: { at: "2026-01-03T04:00:00+00:00", problems: ["pg_amcheck: x"] } },
    { ...ROW, id: "C", walMissing: "000000020000000000000018" },
  ]);
  const row = (id: string) => text.split("\n").find((line) => line.startsWith(`│ ${id} `)) ?? "";
  expect(row("20260102T020000")).toMatch(/bucket .* 1 MiB .* 2026-01-02 12:00:00 .* never /);
  expect(row("A")).toMatch(/2026-01-03 04:00:00 +│$/);
  expect(row("B")).toContain("2026-01-03 04:00:00 FAILED: pg_amcheck: x");
  expect(row("C")).toContain("000000020000000000000018 MISSING");
  expect(renderBackups([])).toBe("there is no backup\n");
});

const TESTED = {
  test: true,
  at: "2026-01-03T04:00:00+00:00",
  problems: [],
  backup: "20260102T020000",
  source: "barman",
  bytes: 1024 ** 3,
  seconds: 100,
  baseSeconds: 10,
  checkSeconds: 2,
  walSeconds: 5,
  walFiles: 11,
  time: "2026-01-02 11:59:58.1+00",
} as const;

test.each([
  [
    { compared: 12, leftOut: 0, lsn: "0/5000308", note: null },
    "of 12 tables as they were counted at 0/5000308",
  ],
  [
    { compared: 12, leftOut: 3, lsn: "0/5000308", note: null },
    "of 12 tables as they were counted at 0/5000308; 3 more were not counted then",
  ],
  [
    { compared: 0, leftOut: 0, lsn: null, note: "the backup has no manifest" },
    "not compared: the backup has no manifest",
  ],
])("a test that passed shows whether rows were compared: %j", (rows, said) => {
  expect(renderTest({ ...TESTED, problems: [], rows })).toContain(`\n  rows         ${said}\n`);
});

test("a test that passed shows what it measured", () => {
  const text = renderTest({ ...TESTED, problems: [] });
  expect(text).toContain(
    "the backup 20260102T020000 from Barman's catalogue was restored and is good, in 2 min\n",
  );
  expect(text).toContain("1024 MiB, 102 MiB/s, its checksums 512 MiB/s\n");
  expect(text).toContain("11 files in 5 s, last commit 2026-01-02 11:59:58.1+00\n");
});

test.each([
  [0.2, "1 s"],
  [89.4, "89 s"],
  [90, "2 min"],
  [5399, "90 min"],
  [5400, "1.5 h"],
])("%d s is %s", (seconds, text) => {
  expect(span(seconds)).toBe(text);
});
