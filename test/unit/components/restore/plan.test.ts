import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CatalogueFixture, SEGMENT_BYTES, segment } from "./catalogue.ts";

const lsn = (number: number, offset = 0): string =>
  `0/${(number * SEGMENT_BYTES + offset).toString(16).toUpperCase()}`;

let catalogue: CatalogueFixture;

// Two backups with all the WAL from the first one on, of which the last file came at noon.
beforeEach(() => {
  catalogue = new CatalogueFixture();
  catalogue.backup("20260101T020000", "2026-01-01 02:05:00+00:00", 10, 11);
  catalogue.backup("20260102T020000", "2026-01-02 02:05:00+00:00", 20, 21);
  catalogue.wal(1, 10, 30, "2026-01-02T12:00:00Z");
});
afterEach(() => catalogue.remove());

describe("a plan", () => {
  test("to the latest begins with the newest backup and ends with the last WAL file", () => {
    expect(catalogue.plan().said).toMatchObject({
      backup: "20260102T020000",
      bytes: 31577028,
      target: { kind: "latest", value: "" },
      timeline: 1,
      walFirst: segment(1, 20),
      walLast: segment(1, 30),
      walFiles: 11,
      walUntil: "2026-01-02T12:00:00.000+00:00",
      seconds: null,
    });
  });

  test.each([
    ["2026-01-02 03:00:00+00:00", "20260102T020000"],
    ["2026-01-02 02:04:59+00:00", "20260101T020000"],
    ["2026-01-02 04:04:59+02:00", "20260101T020000"],
    ["2026-01-02T11:59:59Z", "20260102T020000"],
    ["2026-01-02 03:00:00", "20260102T020000"],
    [lsn(21, 256), "20260102T020000"],
    [lsn(21, 255), "20260101T020000"],
    [lsn(30, SEGMENT_BYTES - 1), "20260102T020000"],
  ])("to %s begins with the last backup before it, %s", (to, backup) => {
    expect(catalogue.plan("--to", to).said).toMatchObject({ backup });
  });

  test("begins with another backup when it is told to", () => {
    const backup = "20260101T020000";
    expect(catalogue.plan("--backup", backup).said).toMatchObject({ backup, walFiles: 21 });
    expect(catalogue.plan("--backup", "previous").said).toMatchObject({ backup });
    expect(catalogue.plan("--backup", backup, "--to", "before_import").said).toMatchObject({
      target: { kind: "name", value: "before_import" },
    });
    expect(catalogue.plan("--backup", backup, "--to", "748").said).toMatchObject({
      target: { kind: "xid", value: "748" },
    });
  });

  test("counts what is still being streamed, and not what is only a label", () => {
    catalogue.file(`streaming/${segment(1, 31)}.partial`, "wal", "2026-01-02T12:00:30Z");
    catalogue.file(
      `wals/0000000100000000/${segment(1, 20)}.00000028.backup`,
      "label",
      "2026-01-02T12:00:30Z",
    );
    expect(catalogue.plan().said).toMatchObject({
      walLast: segment(1, 31),
      walUntil: "2026-01-02T12:00:30.000+00:00",
    });
  });

  test("goes over to the next timeline where the server did", () => {
    catalogue.wal(2, 25, 40, "2026-01-02T13:00:00Z");
    catalogue.file(
      "wals/00000002.history",
      `1\t${lsn(25, 4096)}\tno recovery target\n`,
      "2026-01-02T13:00:00Z",
    );
    expect(catalogue.plan().said).toMatchObject({ timeline: 2, walLast: segment(2, 40), walFiles: 21 });
    // What was written on the first timeline after that is not on the way.
    expect(catalogue.plan("--timeline", "1").said).toMatchObject({ timeline: 1, walLast: segment(1, 30) });
  });

  test("leaves a backup out that another recovery has left behind", () => {
    catalogue.wal(2, 15, 40, "2026-01-02T13:00:00Z");
    catalogue.file("wals/00000002.history", `1\t${lsn(15, 4096)}\tbefore 2026\n`, "2026-01-02T13:00:00Z");
    expect(catalogue.plan().said).toMatchObject({ backup: "20260101T020000", timeline: 2 });
    expect(catalogue.plan("--backup", "20260102T020000").refusal).toEqual({
      cause: "the backup 20260102T020000 is not on the way to that timeline",
      advice: "give its own with --timeline 1, or another backup",
    });
  });
});

describe("refused is", () => {
  const cause = (...args: string[]) => catalogue.plan(...args).refusal?.cause;

  test("a moment before the first backup, with the earliest one that can be recovered", () => {
    expect(catalogue.plan("--to", "2026-01-01 02:04:59+00:00").refusal).toEqual({
      cause: "2026-01-01 02:04:59+00:00 is before the first backup in Barman's catalogue",
      advice: `the earliest moment that can be recovered is 2026-01-01 02:05:00+00:00, LSN ${lsn(11, 256)}`,
    });
    expect(cause("--to", lsn(11, 255))).toMatch(/^0\/B000FF is before the first backup/);
  });

  test("a moment after the end of the WAL, or in the future", () => {
    expect(cause("--to", "2026-01-02 12:00:01+00:00")).toBe(
      "2026-01-02 12:00:01+00:00 is after the end of the WAL in Barman's catalogue, of which the last file came at 2026-01-02 12:00:00+00:00",
    );
    expect(cause("--to", lsn(31))).toMatch(/is after the end of the WAL/);
    expect(cause("--to", "2126-01-01")).toBe("2126-01-01 00:00:00+00:00 is in the future");
  });

  test("the end of WAL with a hole in it, and not a moment before the hole", () => {
    catalogue.without(1, 28);
    expect(cause()).toBe(
      `the WAL file ${segment(1, 28)} is missing from Barman's catalogue, although later ones are there: from the backup 20260102T020000 one comes no further than 2026-01-02 12:00:00+00:00`,
    );
    expect(cause("--to", lsn(28))).toMatch(/is missing from/);
    expect(catalogue.plan("--to", lsn(27, 5)).said).toMatchObject({ walLast: segment(1, 27) });
  });

  test("a backup whose own WAL is not whole", () => {
    catalogue.without(1, 21);
    expect(cause()).toBe(
      `the backup 20260102T020000 is of no use without the WAL file ${segment(1, 21)}, which is not in Barman's catalogue`,
    );
    expect(cause("--backup", "previous")).toMatch(/is missing from Barman's catalogue/);
  });

  test("a transaction or a name without a backup that is older", () => {
    expect(catalogue.plan("--to", "before_import").refusal).toEqual({
      cause: 'nobody knows which backup is older than "before_import"',
      advice: "name one that is: --backup ID, one of 20260101T020000, 20260102T020000",
    });
  });

  test("a backup that is not there, not whole, or too young", () => {
    catalogue.backup("20260103T020000", "2026-01-02 11:00:00+00:00", 29, 30, 1, "FAILED");
    expect(catalogue.plan().said).toMatchObject({ backup: "20260102T020000" });
    expect(cause("--backup", "20260103T020000")).toBe(
      "there is no whole backup 20260103T020000 in Barman's catalogue",
    );
    expect(cause("--backup", "20260102T020000", "--to", "2026-01-02 01:00:00Z")).toMatch(
      /^the backup 20260102T020000 ended at 2026-01-02 02:05:00\+00:00, LSN \S+, which is after/,
    );
    expect(cause("--backup", "previous", "--to", "2026-01-01 03:00:00Z")).toMatch(
      /^there is no backup before 20260101T020000/,
    );
  });

  test.each(["yesterday at noon", "2026-13-01", "0/", "-1", ""])("%j, which is no moment", (to) => {
    expect(catalogue.plan(`--to=${to}`).refusal).toEqual({
      cause: `"${to}" is no moment to recover to`,
      advice: expect.stringContaining("give latest, a time like"),
    });
  });
});
