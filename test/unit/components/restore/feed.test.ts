import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CatalogueFixture, PROGRAM, SEGMENT_BYTES, segment } from "./catalogue.ts";

const NOON = "2026-01-02T12:00:00Z";

/** Feeds a server that asks for these files in turn by take-wal, and prints for each its exit code and what it got. */
const SERVER = `
import hashlib, json, os, subprocess, sys
from datetime import UTC, datetime
import plan, settings, target
from archive import open_archive
from feed import Feeder
program, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:]
told = settings.load()
archive = open_archive("barman", told)
wanted = plan.make(archive, target.parse("latest"), None, None, datetime.now(UTC))
answers = []
with Feeder(wanted, archive, os.path.join(folder, "feed"), 4) as feeder:
    for name in names:
        path = os.path.join(folder, "taken")
        done = subprocess.run(["bash", f"{program}/take-wal.sh", feeder.folder, name, path], capture_output=True, text=True)
        content = open(path, "rb").read() if done.returncode == 0 else b""
        answers.append([done.returncode, hashlib.sha256(content).hexdigest() if content else done.stderr.strip()])
        waiting = os.listdir(os.path.join(feeder.folder, "ready"))
        assert len(waiting) <= 12 + 4, waiting
print(json.dumps(answers))
`;

let catalogue: CatalogueFixture;
let contents: Buffer[];

beforeEach(() => {
  catalogue = new CatalogueFixture();
  catalogue.backup("20260101T020000", "2026-01-01 02:05:00+00:00", 0, 1);
  contents = Array.from({ length: 40 }, () => randomBytes(SEGMENT_BYTES));
  for (const [number, content] of contents.entries())
    put(number, number % 2 === 0 ? gzipSync(content) : content);
});
afterEach(() => catalogue.remove());

function put(number: number, content: Buffer): void {
  catalogue.file(`wals/0000000100000000/${segment(1, number)}`, content, NOON);
}

function take(...names: string[]): [number, string][] {
  const { status, stdout, stderr } = spawnSync(
    "python3",
    ["-B", "-c", SERVER, PROGRAM, catalogue.folder, ...names],
    {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: PROGRAM, HOLDFAST_RESTORE_SETTINGS: catalogue.settings },
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const sum = (content: Buffer) => createHash("sha256").update(content).digest("hex");

test("every file is handed over once it is whole, in any packing, and after the last one there is none", () => {
  const names = contents.map((_, number) => segment(1, number));
  expect(take("00000002.history", ...names, segment(1, 40))).toEqual([
    [1, ""],
    ...contents.map((content) => [0, sum(content)]),
    [1, ""],
  ]);
});

test("a file may be asked for again", () => {
  const name = segment(1, 3);
  expect(take(name, name)).toEqual([
    [0, sum(contents[3] ?? Buffer.of())],
    [0, sum(contents[3] ?? Buffer.of())],
  ]);
});

test.each([
  ["cut off", (content: Buffer) => content.subarray(0, 1000)],
  [
    "no longer of its packing",
    (content: Buffer) => Buffer.concat([content.subarray(0, 400), randomBytes(500)]),
  ],
])("one that is %s ends the recovery, which would take it for the end of the WAL", (_, damage) => {
  put(2, damage(gzipSync(contents[2] ?? Buffer.of())));
  const [first, second, third] = take(segment(1, 0), segment(1, 1), segment(1, 2));
  expect([first?.[0], second?.[0], third?.[0]]).toEqual([0, 0, 200]);
  expect(third?.[1]).toContain(
    `the WAL file ${segment(1, 2)} from Barman's catalogue is damaged or missing: `,
  );
});
