import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CatalogueFixture, PROGRAM } from "./catalogue.ts";

let catalogue: CatalogueFixture;
beforeEach(() => {
  catalogue = new CatalogueFixture();
});
afterEach(() => catalogue.remove());

test("a bucket that cannot be read is named, and hides nothing of Barman's catalogue", () => {
  catalogue.backup("20260101T020000", "2026-01-01 02:05:00+00:00", 0, 1);
  const library = join(catalogue.folder, "library");
  mkdirSync(join(library, "botocore"), { recursive: true });
  writeFileSync(join(library, "boto3.py"), "def client(*_, **__): raise OSError('Connection refused')\n");
  writeFileSync(join(library, "botocore/config.py"), "def Config(**_): pass\n");
  const { stdout, stderr } = spawnSync("python3", ["-B", PROGRAM, "list"], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: library, HOLDFAST_RESTORE_SETTINGS: catalogue.settings },
  });
  expect(JSON.parse(stdout || `{"stderr": ${JSON.stringify(stderr)}}`)).toMatchObject({
    backups: [{ source: "barman", id: "20260101T020000" }],
    silent: [{ source: "bucket", why: "Connection refused" }],
  });
});
