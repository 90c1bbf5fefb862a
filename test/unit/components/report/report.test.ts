import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { segment } from "../restore/catalogue.ts";
import { ReportFixture } from "./fixture.ts";

const NOW = "2026-01-20T12:00:00+00:00";
const MARKUP = `app: SELECT '<script src="http://a.example/x.js">' | *1*: expected '41', got '42'`;

let fixture: ReportFixture;
beforeEach(() => {
  fixture = new ReportFixture();
});
afterEach(() => fixture.remove());

const tested = (at: string, more: object = {}) => ({
  ...{ at, test: true, backup: "20260110T020000", source: "bucket", bytes: 31577028, problems: [] },
  ...{ baseSeconds: 4, checkSeconds: 1, walSeconds: 2.5, walFiles: 11, ...more },
});

/** A cluster of some days: three backups, of which the last is not in the bucket yet, and WAL to the end. */
function someDays(): void {
  const { catalogue } = fixture;
  catalogue.backup("20260110T020000", "2026-01-10 02:05:00+00:00", 10, 11);
  catalogue.backup("20260111T020000", "2026-01-11 02:05:00+00:00", 20, 21);
  catalogue.backup("20260120T020000", "2026-01-20 02:05:00+00:00", 30, 31);
  catalogue.wal(1, 10, 24, "2026-01-10T22:59:00Z");
  // The next day in Berlin.
  catalogue.wal(1, 25, 28, "2026-01-10T23:01:00Z");
  catalogue.wal(1, 29, 40, "2026-01-20T11:55:00Z");
  fixture.uploaded("20260110T020000", 400_000, "2026-01-10T02:06:00Z");
  fixture.uploaded("20260111T020000", 500_000, "2026-01-11T02:07:30Z");
  for (let number = 10; number <= 38; number++) {
    fixture.object(`wals/0000000100000000/${segment(1, number)}.zst`, "wal", "2026-01-20T11:50:00Z");
  }
  fixture.results(
    tested("2025-12-07T04:00:00+00:00", { backup: "20251207T020000", baseSeconds: 2 }),
    tested("2026-01-11T04:00:00+00:00"),
    tested("2026-01-12T10:00:00+00:00", { source: "barman", test: false }),
    tested("2026-01-18T04:00:00+00:00", { source: "barman", problems: [MARKUP] }),
  );
  fixture.job("barman-check", {
    failures: [
      { ended: Date.parse("2025-12-31T22:59:00Z") / 1000, reason: "exit code 1" },
      { ended: Date.parse("2025-12-31T23:01:00Z") / 1000, reason: "its time was up" },
    ],
  });
  fixture.job("barman-backup", { result: "success" });
}

test("a report says what the month was like, in the cluster's own time", async () => {
  someDays();
  const { markdown } = fixture.asOf("2026-01", NOW);
  await expect(markdown.replace(/^\S+ \S+ of \S+ \S+ are free/m, "N of N are free")).toMatchFileSnapshot(
    "../../../golden/report.md",
  );
});

describe("the page", () => {
  test("is well-formed, has its plots, and needs nothing beside it", () => {
    someDays();
    const { html } = fixture.asOf("2026-01", NOW);
    expect(fixture.wellFormed(html)).toBe("");
    expect(html.match(/<svg /g)).toHaveLength(6);
    const own = html.replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
    expect(
      own.match(/<(script|link|img|object|iframe|[^>]*\s(src|\S*href|data)=)|url\(|@import/gi),
    ).toBeNull();
    // The one address is the text of the problem.
    expect(own.match(/\w*:?\/\/[^\s<]+/g)).toEqual(["http://a.example/x.js\"&gt;'"]);
  });

  test("takes nothing of others for HTML or Markdown", () => {
    someDays();
    const { html, markdown } = fixture.asOf("2026-01", NOW);
    const escaped = MARKUP.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    expect(html).toContain(`<strong>FAILED</strong>: ${escaped}</td>`);
    expect(markdown).not.toContain("<script");
  });

  test("has the same plots each time", () => {
    someDays();
    const plots = () => fixture.asOf("2026-01", NOW).html.match(/<svg[\s\S]*?<\/svg>/g);
    expect(plots()?.length).toBeGreaterThan(3);
    expect(plots()).toEqual(plots());
  });
});

test("of a cluster without anything it says so", () => {
  const { markdown, html } = fixture.asOf("2026-01", NOW);
  for (const line of [
    "| every moment from | **none** | **none** |",
    "- **no moment can be recovered from the bucket**",
    "- no restore test has run in 40 days: ./holdfast restore test",
    "No base backup was taken in January 2026 so far.",
    "No WAL file came in January 2026 so far.",
    "No restore test has run in January 2026 so far.",
    "No scheduled job has failed in January 2026 so far.",
  ]) {
    expect(markdown.split("\n")).toContain(line);
  }
  expect(fixture.wellFormed(html)).toBe("");
});

describe("the recovery window", () => {
  const seconds = (moment: string) => Date.parse(moment) / 1000;
  const window = (place: string, start: number, end: number) =>
    `holdfast_recovery_window_start_timestamp_seconds{place="${place}"} ${start}\n` +
    `holdfast_recovery_window_end_timestamp_seconds{place="${place}"} ${end}\n`;

  test("goes from the oldest backup to the last WAL file, in each place", () => {
    someDays();
    expect(fixture.run("note")).toMatchObject({ code: 0, stderr: "" });
    expect(fixture.metrics("barman")).toBe(
      window("barman", seconds("2026-01-10T02:05:00Z"), seconds("2026-01-20T11:55:00Z")),
    );
    expect(fixture.metrics("bucket")).toBe(
      window("bucket", seconds("2026-01-10T02:05:00Z"), seconds("2026-01-20T11:50:00Z")),
    );
  });

  test("begins after a hole, which the report names", () => {
    someDays();
    fixture.catalogue.without(1, 24);
    fixture.run("note");
    expect(fixture.metrics("barman")).toContain(
      `start_timestamp_seconds{place="barman"} ${seconds("2026-01-20T02:05:00Z")}\n`,
    );
    const { markdown } = fixture.asOf("2026-01", NOW);
    expect(markdown).toContain(
      `- from the backup \`20260111T020000\` in Barman's catalogue one comes only as far as the WAL file \`${segment(1, 24)}\`, which is missing there\n`,
    );
    expect(markdown).toContain(
      "- the recovery window of Barman's catalogue begins 29.6 days too late: there were older backups, the last of them `20260111T020000`\n",
    );
  });

  test("that is short because the cluster is young needs no attention", () => {
    fixture.catalogue.backup("20260120T020000", "2026-01-20 02:05:00.734+00:00", 30, 31);
    fixture.catalogue.wal(1, 30, 40, "2026-01-20T11:55:00Z");
    fixture.run("note");
    expect(fixture.asOf("2026-01", NOW).markdown).not.toContain("too late");
  });

  test("is that of now in the report of an earlier month, too", () => {
    someDays();
    const [now, then] = ["2026-01", "2025-12"].map((month) => fixture.asOf(month, NOW).markdown.split("\n"));
    expect(then?.slice(6, 15)).toEqual(now?.slice(6, 15));
    expect(then).toContain("No base backup was taken in December 2025.");
    expect(then).toContain("- 1 run of scheduled jobs failed in December 2025: barman-check");
  });

  test("is none where no backup is whole with its WAL", () => {
    fixture.catalogue.backup("20260110T020000", "2026-01-10 02:05:00+00:00", 10, 11);
    fixture.catalogue.wal(1, 10, 10, NOW);
    fixture.run("note");
    expect(fixture.metrics("barman")).toBe(window("barman", 0, 0));
  });

  test("of a place that cannot be read stays as it was known, and the other one's is told", () => {
    someDays();
    fixture.bucketIsDown();
    const { code, stderr } = fixture.run("note");
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ cause: "bucket cannot be read: Connection refused" });
    expect(fixture.metrics("bucket")).toBe("");
    expect(fixture.metrics("barman")).toContain("holdfast_recovery_window_end_timestamp_seconds");
    const { markdown } = fixture.asOf("2026-01", NOW);
    expect(markdown).toContain("- the bucket cannot be read: Connection refused\n");
    expect(markdown).toContain("| every moment from | unknown | **2026-01-10 03:05:00** |");
  });
});

test("what has expired since it was noted is in the report", () => {
  someDays();
  fixture.run("note");
  for (let number = 10; number <= 19; number++) fixture.catalogue.without(1, number);
  fixture.catalogue.backup("20260110T020000", "2026-01-10 02:05:00+00:00", 10, 11, 1, "FAILED");
  fixture.run("note");
  const { markdown } = fixture.asOf("2026-01", NOW);
  expect(markdown).toContain("\n3 base backups.");
  expect(markdown).toMatch(/^\| 2026-01-10 \| 15 \| 15 MiB \|/m);
});

test("an overdue backup needs attention, in the place where it is missing", () => {
  someDays();
  const { markdown } = fixture.asOf("2026-01", NOW);
  expect(markdown).toContain("- the last base backup in the bucket is 9.41 days old\n");
  expect(markdown).not.toContain("- the last base backup in Barman's catalogue");
});

test("the job writes the month before, with its plots beside it, and takes those away that are older than two years", () => {
  const now = new Date();
  const name = (months: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15)).toISOString().slice(0, 7);
  const taken = `${name(1)}-10 02:05:00+00:00`;
  fixture.catalogue.backup("20260110T020000", taken, 10, 11);
  fixture.catalogue.wal(1, 10, 12, `${name(1)}-10T02:06:00Z`);
  for (const months of [25, 24]) fixture.file(`${name(months)}.md`);
  const { code, stdout, stderr } = fixture.run("write");
  expect(code, stderr).toBe(0);
  expect(stdout).toBe(`${fixture.reports}/${name(1)}.html\n`);
  const made = ["-durations.svg", "-sizes.svg", "-wal-kept.svg", "-wal-written.svg", ".html", ".md"];
  expect(fixture.written()).toEqual([`${name(24)}.md`, ...made.map((end) => `${name(1)}${end}`)].sort());
  const markdown = readFileSync(join(fixture.reports, `${name(1)}.md`), "utf8");
  const pictures = [...markdown.matchAll(/!\[.+\]\((.+)\)/g)].map(([, file]) => file);
  expect(pictures).toHaveLength(4);
  expect(fixture.written()).toEqual(expect.arrayContaining(pictures));
});

test.each([
  ["2026-13", '"2026-13" is no month'],
  ["last", '"last" is no month'],
  ["2126-01", "2126-01 has not begun yet"],
])("--month %s is refused", (month, cause) => {
  const { code, stderr } = fixture.run("show", "--month", month);
  expect(code).toBe(3);
  expect(JSON.parse(stderr)).toMatchObject({ cause });
});
