import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROGRAM } from "./catalogue.ts";
import {
  askedFor,
  dayOf,
  inPython,
  type Life,
  leadsTo,
  lifeArbitrary,
  newestTimeline,
  type StoredObject,
  type WholeBackup,
  wal,
} from "./lives.ts";

const DECIDE = `
import json, sys
from datetime import datetime
from backups import Backup
from retention import Stored, decide, expired_backups, expired_wal
from settings import RetentionPolicy
time = datetime.fromisoformat
answers = []
for case in json.load(sys.stdin):
    found = [Backup(**{**each, "ended": time(each["ended"])}, began=time(each["ended"]), size=1, tablespaces=()) for each in case["backups"]]
    stored = [Stored(each["name"], time(each["modified"])) for each in case["objects"]]
    needed = decide(found, case["held"], case["leading"], RetentionPolicy(case["days"], case["redundancy"]), time(case["now"]))
    answers.append([] if needed is None else [*expired_backups(needed, stored), *expired_wal(needed, stored)])
print(json.dumps(answers))
`;

type Case = Life & { readonly held?: Readonly<Record<string, string>> };

/** What the program lets go of each. */
function expired(cases: readonly Case[]): string[][] {
  const input = cases.map((life) => ({
    ...life,
    held: life.held ?? {},
    leading: life.backups.filter((each) => leadsTo(life, each, newestTimeline(life))).map(({ id }) => id),
    backups: life.backups.map(inPython),
  }));
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", DECIDE], {
    encoding: "utf8",
    input: JSON.stringify(input),
    env: { ...process.env, PYTHONPATH: PROGRAM },
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const folder = (name: string) => name.split("/")[1] ?? "";

describe("of any life of a cluster", () => {
  const lives = fc.sample(lifeArbitrary, { numRuns: 1500, seed: 20260101 });
  const answers = expired(lives);
  const each = lives.map((life, index) => {
    const gone = new Set(answers[index]);
    const kept = life.backups.filter(
      ({ id }) => !life.objects.some(({ name }) => folder(name) === id && gone.has(name)),
    );
    const begins = new Date(Date.parse(life.now) - life.days * 86_400_000).toISOString();
    return { life, gone, kept, begins };
  });

  test("much goes, or the rest says nothing", () => {
    expect(
      each.filter(({ gone }) => [...gone].some((name) => name.startsWith("base/"))).length,
    ).toBeGreaterThan(500);
    expect(
      each.filter(({ gone }) => [...gone].some((name) => name.startsWith("wals/"))).length,
    ).toBeGreaterThan(500);
    expect(each.filter(({ life, gone }) => life.forks.length > 2 && gone.size > 0).length).toBeGreaterThan(
      300,
    );
  });

  test("a backup that is kept has all that it needs to be restored to any moment after it", () => {
    for (const { life, gone, kept } of each) {
      for (const backup of kept) {
        const missing = [...askedFor(life, backup)].filter((name) => gone.has(name));
        expect(missing, JSON.stringify({ life, backup })).toEqual([]);
      }
    }
  });

  test("all that ended within the window are kept, the newest before it, and as many as are to be kept at least", () => {
    for (const { life, kept, begins } of each) {
      const ids = kept.map(({ id }) => id);
      const before = life.backups.filter(({ ended }) => ended < begins);
      const wanted = [
        ...life.backups.filter(({ ended }) => ended >= begins),
        ...before.slice(-1),
        ...life.backups.slice(-life.redundancy),
      ];
      expect(ids).toEqual(expect.arrayContaining(wanted.map(({ id }) => id)));
    }
  });

  test("the window's beginning can be recovered on the timeline of now, if it ever could", () => {
    for (const { life, kept, begins } of each) {
      const usable = (backups: readonly WholeBackup[]) =>
        backups.some((one) => one.ended < begins && leadsTo(life, one, newestTimeline(life)));
      expect(usable(kept), JSON.stringify(life)).toBe(usable(life.backups));
    }
  });

  test("a backup goes as a whole", () => {
    for (const { life, gone } of each) {
      for (const { name } of life.objects.filter((one) => one.name.startsWith("base/"))) {
        const rest = life.objects.filter((one) => folder(one.name) === folder(name));
        expect(new Set(rest.map((one) => gone.has(one.name))).size).toBe(1);
      }
    }
  });

  test("what came within the window stays, as do histories and what is beside the backups", () => {
    for (const { life, gone, begins } of each) {
      for (const { name, modified } of life.objects) {
        if (modified >= begins || !/^(base|wals)\/.*\//.test(name)) expect(gone.has(name), name).toBe(false);
      }
    }
  });
});

/** Of a backup with a tablespace. */
const PARTS = ["backup.info", "16400.tar.gz", "data.tar.gz"];

/** A backup a day, with a segment before each, and everything of it in the bucket. */
function plain(lastDay: number, change: Partial<Case> = {}): Case {
  const days = Array.from({ length: lastDay + 1 }, (_, day) => day);
  return {
    backups: days.map((day) => ({
      id: `day-${day}`,
      ended: dayOf(day, 3),
      timeline: 1,
      first: 3 * day + 1,
      last: 3 * day + 2,
    })),
    objects: days.flatMap((day): StoredObject[] => [
      ...[0, 1, 2].map((number) => wal(1, 3 * day + number, dayOf(day, number))),
      ...PARTS.map((part) => ({
        name: `base/day-${day}/${part}`,
        modified: dayOf(day, 4),
      })),
    ]),
    forks: [],
    days: 3,
    redundancy: 1,
    now: dayOf(lastDay, 12),
    ...change,
  };
}

const goneOf = (life: Case): string[] => (expired([life])[0] ?? []).sort();
const segments = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => wal(1, from + index, "").name);
const base = (...days: readonly number[]) =>
  days.flatMap((day) => PARTS.map((part) => `base/day-${day}/${part}`));

describe("a backup a day", () => {
  test("leaves exactly what the window needs, and its first backup the WAL from its own first segment on", () => {
    // On the 10th at noon the window begins on the 7th at noon, so with the backup of the 7th.
    expect(goneOf(plain(10))).toEqual([...base(0, 1, 2, 3, 4, 5, 6), ...segments(0, 21)].sort());
  });

  test("that are no longer taken leave the last ones, however old, and all the WAL from them on", () => {
    expect(goneOf(plain(10, { now: dayOf(500) }))).toEqual(
      [...base(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), ...segments(0, 30)].sort(),
    );
    expect(goneOf(plain(10, { now: dayOf(500), redundancy: 3 }))).toEqual(
      [...base(0, 1, 2, 3, 4, 5, 6, 7), ...segments(0, 24)].sort(),
    );
    expect(goneOf(plain(2, { now: dayOf(500), redundancy: 5 }))).toEqual(segments(0, 0));
  });

  test("of which none became whole leaves everything", () => {
    expect(goneOf(plain(10, { backups: [] }))).toEqual([]);
  });

  test("names what a backup is before what it consists of, so that nothing seems whole that is not", () => {
    expect(expired([plain(10)])[0]?.slice(0, 3)).toEqual(base(0));
  });

  test("keeps what Barman was told to keep: with all WAL after it, or with its own alone", () => {
    const held = (purpose: string) => plain(10, { held: { "day-2": purpose } });
    expect(goneOf(held("full"))).toEqual([...base(0, 1, 3, 4, 5, 6), ...segments(0, 6)].sort());
    expect(goneOf(held("standalone"))).toEqual(
      [...base(0, 1, 3, 4, 5, 6), ...segments(0, 6), ...segments(9, 21)].sort(),
    );
    // What is kept anyway is kept in full.
    const late = { now: dayOf(500), redundancy: 3 };
    expect(goneOf(plain(10, { ...late, held: { "day-8": "standalone" } }))).toEqual(goneOf(plain(10, late)));
  });

  test("leaves the WAL of a later timeline, which nobody has a backup of yet", () => {
    const life = plain(10);
    const written = (timeline: number) => wal(timeline, 2, dayOf(1));
    const objects = [...life.objects.filter(({ name }) => name !== written(1).name), written(1), written(2)];
    const gone = goneOf({ ...life, objects });
    expect(gone).toContain(written(1).name);
    expect(gone).not.toContain(written(2).name);
  });

  test("that was never whole goes with its last object", () => {
    const parts = (...days: readonly number[]) =>
      days.map((day, index) => ({ name: `base/failed/data_${index}.tar.gz`, modified: dayOf(day) }));
    const failed = (...days: readonly number[]) => {
      const life = plain(10);
      return goneOf({ ...life, objects: [...life.objects, ...parts(...days)] });
    };
    expect(failed(6, 7)).toEqual(expect.arrayContaining(parts(6, 7).map(({ name }) => name)));
    expect(failed(7, 8).filter((name) => name.includes("failed"))).toEqual([]);
  });

  test("lets labels and unfinished files go with their segment, and no other name", () => {
    const [own = "", later = ""] = [wal(1, 5, "").name, wal(1, 22, "").name].map((name) => name.slice(0, -4));
    const names = [".partial.zst", ".00000028.backup.zst", ".00000028.backup", ".gz", "", ".something.else"];
    const more = [own, later].flatMap((name) => names.map((ending) => `${name}${ending}`));
    const life = plain(10);
    const objects = [...more, "wals/00000002.history.zst", "other", "base/loose"].map((name) => ({
      name,
      modified: dayOf(0),
    }));
    const gone = goneOf({ ...life, objects: [...life.objects, ...objects] });
    expect(gone.filter((name) => objects.some((one) => one.name === name))).toEqual(
      names
        .slice(0, -1)
        .map((ending) => `${own}${ending}`)
        .sort(),
    );
  });
});
