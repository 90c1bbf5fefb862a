import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CatalogueFixture, PROGRAM, SEGMENT_BYTES } from "./catalogue.ts";

let catalogue: CatalogueFixture;
beforeEach(() => {
  catalogue = new CatalogueFixture();
  catalogue.backup("20260101T020000", "2026-01-01 02:05:00+00:00", 0, 1);
});
afterEach(() => catalogue.remove());

function python(script: string, ...args: string[]) {
  return spawnSync("python3", ["-B", "-c", `import hand_over, settings, sys\n${script}`, ...args], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: PROGRAM, HOLDFAST_RESTORE_SETTINGS: catalogue.settings },
  });
}

test("what the restored server wrote itself goes into the archive, but for the file that goes on", () => {
  const folder = join(catalogue.folder, "pg_wal");
  mkdirSync(join(folder, "archive_status"), { recursive: true });
  const names = [
    ...["00000003.history", "00000002.history"],
    ...["000000020000000000000004", "000000030000000000000004"],
    ...["000000030000000000000005", "000000030000000000000006", "000000030000000000000007"],
  ];
  for (const name of names) writeFileSync(join(folder, name), "");
  const script = `hand_over.mark_for_archive(sys.argv[1], 3, 6, ${SEGMENT_BYTES})`;
  const { status, stderr } = python(script, folder);
  expect(status, stderr).toBe(0);
  expect(readdirSync(join(folder, "archive_status")).sort()).toEqual([
    "00000003.history.ready",
    "000000030000000000000004.ready",
    "000000030000000000000005.ready",
  ]);
});

test.each([
  ["wals/00000003.history", 3],
  ["wals/0000000500000000/000000050000000000000004", 5],
])("a timeline is refused when there are files of it, or of a later one: %s", (file, known) => {
  catalogue.file(file, Buffer.from("1\t0/3000000\tno recovery target\n"), "2026-01-02T12:00:00Z");
  const script = `
hand_over.SOURCES = ("barman",)
for timeline in (3, 6):
    try:
        hand_over.check_new(settings.load(), timeline)
        print("new")
    except settings.Refusal as refusal:
        print(refusal.cause)`;
  const { stdout, stderr } = python(script);
  expect(stdout, stderr).toBe(
    `the recovered data came on timeline 3, and there are files of timeline ${known} already\nnew\n`,
  );
});
