import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROGRAM } from "./catalogue.ts";

/** Restores a base backup whose objects are files of a folder; prints nothing, or why it was refused. */
const RESTORE = `
import os, sys
from types import ModuleType, SimpleNamespace
for name in ("boto3", "boto3.s3", "boto3.s3.transfer", "botocore", "botocore.exceptions"):
    sys.modules[name] = ModuleType(name)
sys.modules["boto3.s3.transfer"].TransferConfig = SimpleNamespace
for name in ("BotoCoreError", "ClientError"):
    setattr(sys.modules["botocore.exceptions"], name, type(name, (Exception,), {}))
import settings, unpack
objects, target = sys.argv[1:]

class Store:
    def download_fileobj(self, name, key, into, Callback, Config):
        with open(os.path.join(objects, key), "rb") as file:
            while piece := file.read(100_000):
                into.write(piece)
                Callback(len(piece))

bucket = SimpleNamespace(
    name="bucket", place="place", client=Store(), objects_at_a_time=2,
    objects=lambda below: [{"Key": each, "Size": os.path.getsize(os.path.join(objects, each))} for each in os.listdir(objects)],
)
try:
    unpack.from_bucket(bucket, SimpleNamespace(id="20260101T020000"), target, lambda done, total: None)
except settings.Refusal as refusal:
    print(refusal.cause)
`;

/** How much comes out at a time of what was packed very well. */
const LARGEST = `
import sys, unpack
from types import SimpleNamespace
sizes = []
inflater = unpack.Inflater(SimpleNamespace(write=lambda piece: sizes.append(len(piece))))
inflater.write(open(sys.argv[1], "rb").read())
inflater.finish()
print(max(sizes), sum(sizes))
`;

let folder: string;
let objects: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-unpack-"));
  [objects, target] = [join(folder, "objects"), join(folder, "data")];
  mkdirSync(objects);
});
afterEach(() => rmSync(folder, { recursive: true }));

function python(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", script, ...args], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: PROGRAM },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const restore = (): string => python(RESTORE, objects, target);

/** An archive with one file, as Barman's cloud tools write it. */
function archive(name: string, content: string): Buffer {
  writeFileSync(join(folder, name), content);
  const { stdout } = spawnSync("tar", ["--create", "--directory", folder, name], {
    maxBuffer: 2 ** 28,
  });
  return gzipSync(stdout);
}

const ROWS = Array.from({ length: 200_000 }, (_, row) => `${row} ${Math.sin(row)}\n`).join("");

describe("a base backup of the bucket", () => {
  test("is put together from all its objects", () => {
    writeFileSync(join(objects, "data.tar.gz"), archive("rows", ROWS));
    writeFileSync(join(objects, "data_0001.tar.gz"), archive("zeros", "\0".repeat(2 ** 26)));
    writeFileSync(join(objects, "data_0002.tar"), gunzipSync(archive("plain", ROWS)));
    expect(restore()).toBe("");
    expect(readFileSync(join(target, "rows"), "utf8") === ROWS).toBe(true);
    expect(readFileSync(join(target, "plain"), "utf8") === ROWS).toBe(true);
    expect(readFileSync(join(target, "zeros")).equals(Buffer.alloc(2 ** 26))).toBe(true);
  });

  test("may be several gzip files in a row", () => {
    const packed = gunzipSync(archive("rows", ROWS));
    const half = packed.length >> 1;
    writeFileSync(
      join(objects, "data.tar.gz"),
      Buffer.concat([gzipSync(packed.subarray(0, half)), gzipSync(packed.subarray(half))]),
    );
    expect(restore()).toBe("");
    expect(readFileSync(join(target, "rows"), "utf8") === ROWS).toBe(true);
  });

  // The words are those of whichever of the two libraries is there.
  test.each([
    ["ends too early", (packed: Buffer) => packed.subarray(0, -9), /it ends in the middle/],
    ["ends before its checksum", (packed: Buffer) => packed.subarray(0, -8), /it ends in the middle/],
    [
      "has another checksum",
      (packed: Buffer) => Buffer.concat([packed.subarray(0, -8), Buffer.alloc(4), packed.subarray(-4)]),
      /incorrect (data check|checksum)/i,
    ],
    ["is no gzip file", () => Buffer.from("what is this"), /incorrect header|invalid gzip/i],
    ["is no archive", () => gzipSync("x".repeat(2 ** 20)), /tar: This does not look like a tar archive/],
  ])("that %s is refused by the name of the object", (_, damage, why) => {
    writeFileSync(join(objects, "data.tar.gz"), damage(archive("rows", ROWS)));
    const cause = restore();
    expect(cause).toContain("cannot be restored, for data.tar.gz is damaged or missing");
    expect(cause).toMatch(why);
  });
});

test("what was packed very well comes out a little at a time", () => {
  writeFileSync(join(folder, "packed"), gzipSync(Buffer.alloc(2 ** 26)));
  const [largest, sum] = python(LARGEST, join(folder, "packed")).split(" ").map(Number);
  expect(largest).toBeLessThanOrEqual(2 ** 20);
  expect(sum).toBe(2 ** 26);
});
