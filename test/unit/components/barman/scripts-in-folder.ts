import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { ManagedFile } from "../../../../components/remote/managed-file.ts";
import { fixturePlan } from "../../../support/fixtures.ts";

// What others start by a path, run as it is, but for the folders that are a host's.

export const plan = fixturePlan("local");
const ENDING = /^[a-z_]+=.*$/gm;
/** Another one for each test. */
export let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-barman-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a script into the folder, with other values for some of its variables. */
export function script(
  files: readonly ManagedFile[],
  name: string,
  variables: Readonly<Record<string, string>>,
): string {
  const found = files.find(({ path }) => path.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`nobody has ${name}`);
  const text = found.content.replace(ENDING, (line) => {
    const key = line.slice(0, line.indexOf("="));
    return key in variables ? `${key}='${variables[key]}'` : line;
  });
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Stands in for a program of Barman's. */
export function program(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/bash\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

export const run = (
  path: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) =>
  spawnSync(path, args, {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: `${folder}:${process.env["PATH"]}`, ...environment },
  });
