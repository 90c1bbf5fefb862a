import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type ManagedFile, renderBundle } from "../../../../components/remote/managed-file.ts";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";
import { fixtureFiles } from "../../../support/fixtures.ts";

const file = (path: string, content: string): ManagedFile => ({
  path,
  owner: "root:root",
  mode: "0644",
  content,
});

test("a bundle is a header line a file, then its lines behind two spaces", () => {
  expect(renderBundle([file("/etc/b", "one\n\n  two\n"), { ...file("/etc/a", "x\n"), mode: "0600" }])).toBe(
    "/etc/a root:root 0600\n  x\n\n/etc/b root:root 0644\n  one\n  \n    two\n\nend\n",
  );
});

test("the order of the files does not matter, so that it is never a change", () => {
  const files = [file("/etc/b", "b\n"), file("/etc/a", "a\n"), file("/etc/c", "c\n")];
  expect(renderBundle([...files].reverse())).toBe(renderBundle(files));
});

test.each(["etc/relative", "/etc/with space", "/etc/two\nlines", "/"])("the path %j is refused", (path) => {
  expect(() => renderBundle([file(path, "x\n")])).toThrow("must be absolute and free of spaces");
});

test("a file that does not end in a newline is refused: it would get one on its way", () => {
  expect(() => renderBundle([file("/etc/a", "x")])).toThrow(
    'the managed file "/etc/a" must end in a newline',
  );
  expect(() => renderBundle([file("/etc/a", "")])).toThrow('the managed file "/etc/a" must end in a newline');
});

describe.skipIf(!AGENT_RUNS_HERE)("what the agent stages (needs Linux)", () => {
  const host = new AgentHost();
  afterAll(() => host.remove());
  const staged = join(host.folder, "state/staged/any/files");

  /** The files as the agent understood them. */
  function readStaged(): ManagedFile[] {
    const lines = readFileSync(join(staged, "manifest"), "utf8").trimEnd().split("\n").filter(Boolean);
    return lines.map((line, index) => {
      const [path = "", owner = "", mode = ""] = line.split(" ");
      return { path, owner, mode, content: readFileSync(join(staged, String(index + 1)), "utf8") };
    });
  }

  const sorted = (files: readonly ManagedFile[]) => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));

  test("is any text, byte for byte", () => {
    const content = fc
      .oneof(
        fc.string({ unit: "binary" }),
        fc
          .array(fc.constantFrom("", " ", "  ", "/etc/x root:root 0644", "  /a", "\r", "\t", "x", "#", "é"))
          .map((lines) => lines.join("\n")),
      )
      .filter((text) => !text.includes("\0"))
      .map((text) => `${text}\n`);
    const path = fc.stringMatching(/^\/[a-z0-9._@-]{1,12}(\/[a-z0-9._@-]{1,12}){0,3}$/);
    const files = fc.uniqueArray(fc.record({ path, content }), {
      selector: (each) => each.path,
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(files, (some) => {
        const wanted = some.map((each) => file(each.path, each.content));
        expect(host.stage("any", wanted)).toMatchObject({ code: 0, stderr: "" });
        expect(readStaged()).toEqual(sorted(wanted));
      }),
      { numRuns: 10 },
    );
  });

  test("is every file of a whole host", () => {
    const files = fixtureFiles("custom").get("db-1") ?? [];
    expect(host.stage("any", files).stdout).toBe(`staged ${files.length} files\n`);
    expect(readStaged()).toEqual(sorted(files));
  });

  test("is for root's eyes only, since it may hold passwords", () => {
    host.stage("any", [file("/etc/a", "x\n")]);
    for (const name of readdirSync(staged)) {
      expect(statSync(join(staged, name)).mode & 0o077, name).toBe(0);
    }
    expect(statSync(staged).mode & 0o077).toBe(0);
  });

  test("is the new bundle alone, without what an older one had", () => {
    host.stage("any", [file("/etc/a", "a\n"), file("/etc/b", "b\n")]);
    host.stage("any", [file("/etc/c", "c\n")]);
    expect(readStaged()).toEqual([file("/etc/c", "c\n")]);
    expect(readdirSync(staged).sort()).toEqual(["1", "manifest"]);
  });

  test("an empty bundle is no file at all", () => {
    expect(host.stage("any", [])).toMatchObject({ code: 0, stdout: "staged 0 files\n" });
    expect(readStaged()).toEqual([]);
  });

  test("a bundle that is damaged is refused, and the one before stays", () => {
    host.stage("any", [file("/etc/a", "a\n")]);
    const answer = host.run(["stage", "any", "files"], "/etc/b root:root 0644\nnot indented\n");
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain("unexpected line in bundle: 2");
    expect(answer.stderr).toMatch(/^host \S+, step any: the bundle "files" could not be read$/m);
    expect(readStaged()).toEqual([file("/etc/a", "a\n")]);
  });
});
