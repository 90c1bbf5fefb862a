import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ManagedFile } from "../../../components/remote/managed-file.ts";
import { FIXTURES, type FixtureName, fixtureFiles } from "../../support/fixtures.ts";

/**
 * Golden files: every file as it lands on each host, so that a reviewer sees what a change of the code does to
 * them. `vitest run --project unit -u` writes them anew.
 */
const GOLDEN = join(import.meta.dirname, "../../golden");
/** What a file's text cannot show. */
const ACCESS = "owners-and-modes.txt";

const goldenPath = (fixture: string, host: string, file: ManagedFile) =>
  join(GOLDEN, fixture, host, file.path);

function filesBelow(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];
}

const accessOf = (hosts: ReadonlyMap<string, readonly ManagedFile[]>): string =>
  [...hosts]
    .flatMap(([host, files]) => files.map((file) => `${host} ${file.path} ${file.owner} ${file.mode}\n`))
    .sort()
    .join("");

// The keys of the object are just these names.
describe.each(Object.keys(FIXTURES) as FixtureName[])("the files of the fixture %s", (fixture) => {
  const hosts = fixtureFiles(fixture);

  test.each([...hosts.keys()])("on %s are as the golden ones", async (host) => {
    for (const file of hosts.get(host) ?? []) {
      await expect(file.content).toMatchFileSnapshot(goldenPath(fixture, host, file));
    }
  });

  test("have the owners and modes of the golden list", async () => {
    await expect(accessOf(hosts)).toMatchFileSnapshot(join(GOLDEN, fixture, ACCESS));
  });

  test("are all that the golden folder holds", () => {
    const rendered = new Set(
      [...hosts].flatMap(([host, files]) => files.map((file) => goldenPath(fixture, host, file))),
    );
    const left = filesBelow(join(GOLDEN, fixture)).filter(
      (path) => !rendered.has(path) && path !== join(GOLDEN, fixture, ACCESS),
    );
    expect(left, "nobody renders these any more: remove them").toEqual([]);
  });

  test("are each named once a host, absolute, and end in a newline", () => {
    for (const [host, files] of hosts) {
      expect(new Set(files.map((file) => file.path)).size, host).toBe(files.length);
      for (const { path, content, mode, owner } of files) {
        expect(path).toMatch(/^\/\S+$/);
        expect(content.endsWith("\n"), path).toBe(true);
        expect(mode, path).toMatch(/^0[0-7]{3}$/);
        expect(owner, path).toMatch(/^root:\w+$/);
      }
    }
  });

  test("are written by nobody but root", () => {
    for (const file of [...hosts.values()].flat()) {
      expect(Number.parseInt(file.mode, 8) & 0o022, file.path).toBe(0);
    }
  });
});

test("rendering twice gives the same text", () => {
  expect(fixtureFiles("custom")).toEqual(fixtureFiles("custom"));
});

test("only the first member writes the dynamic configuration", () => {
  const writers = [...fixtureFiles("local")]
    .filter(([, files]) => files.some((file) => file.path === "/etc/patroni/dynamic.json"))
    .map(([host]) => host);
  expect(writers).toEqual(["db-1"]);
});
