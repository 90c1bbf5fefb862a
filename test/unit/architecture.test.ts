import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// What holds for the sources as texts. Who may import whom is in .dependency-cruiser.cjs.

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = ["infra", "components"];
const EVERYTHING = [...PROGRAM, "scripts", "test"];

interface Source {
  readonly path: string;
  readonly lines: readonly string[];
}

const sources = (folders: readonly string[]): readonly Source[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        join(folder, file),
      ),
    )
    .filter(
      (path) => path.endsWith(".ts") && !path.includes(".generated.") && !path.startsWith("test/golden/"),
    )
    .map((path) => ({ path, lines: readFileSync(join(ROOT, path), "utf8").split("\n") }));

/** Code alone: a comment, or this file, may speak of what must not be done. */
const isCode = (line: string): boolean => !/^\s*(\/\/|\/?\*)/.test(line);
const THIS = relative(ROOT, fileURLToPath(import.meta.url));

const linesWith = (folders: readonly string[], pattern: RegExp): readonly string[] =>
  sources(folders)
    .filter(({ path }) => path !== THIS)
    .flatMap(({ path, lines }) => lines.filter((line) => isCode(line) && pattern.test(line)).map(() => path));

describe("one place for each of these", () => {
  test("remote commands are made by one line, with all the settings that they must have", () => {
    expect(linesWith(EVERYTHING, /\bnew (remote|command\.remote)\.\w+\(/)).toEqual([
      "components/remote/steps.ts",
    ]);
  });

  test("local commands are made by one line", () => {
    expect(linesWith(EVERYTHING, /\bnew (local|command\.local)\.\w+\(/)).toEqual([
      "components/remote/local-command.ts",
    ]);
  });

  test("the stack's configuration is read in one file", () => {
    const readers = linesWith(PROGRAM, /\bpulumi\.Config\b|\bruntime\.(allConfig|getConfig)\b/);
    expect([...new Set(readers)]).toEqual(["infra/config/load.ts"]);
  });

  test("the stack's name is asked for in one file, and handed on from there", () => {
    expect([...new Set(linesWith(PROGRAM, /\bpulumi\.(getStack|getProject)\b/))]).toEqual([
      "infra/program.ts",
    ]);
  });
});

describe("what a preview has to show", () => {
  test("no resource is made inside apply: a preview could not show it", () => {
    const inside = sources(PROGRAM).filter(({ lines }) =>
      /\.apply\(\s*(async\s*)?\(?[^=]*=>\s*(\{\s*(return\s+)?)?(new (local|remote|random|\w*Command)\b|localCommand\(|installComponent\()/.test(
        lines.filter(isCode).join("\n"),
      ),
    );
    expect(inside.map(({ path }) => path)).toEqual([]);
  });

  test("nothing of the program depends on the machine that runs it", () => {
    // One hook asks who runs it, to refuse what only ./holdfast up can do one after the other; it makes nothing. The
    // other reads what the program gives to scripts of its own.
    expect([
      ...new Set(linesWith(PROGRAM, /\bprocess\.(env|cwd|platform)\b|\bos\.homedir\b|Math\.random\(/)),
    ]).toEqual(["infra/aws/environment.ts", "components/postgres/in-effect.ts"]);
  });
});

describe("every source file", () => {
  test("is at most 300 lines", () => {
    const long = sources(EVERYTHING).filter(({ lines }) => lines.length - 1 > 300);
    expect(long.map(({ path, lines }) => `${path}: ${lines.length - 1}`)).toEqual([]);
  });

  test("gives a reason beside every cast that the compiler cannot check", () => {
    const unchecked = sources(EVERYTHING)
      .filter(({ path }) => path !== THIS)
      .flatMap(({ path, lines }) =>
        lines.flatMap((line, index) => {
          const casts =
            isCode(line) &&
            /\bas (unknown as|any|never)\b|[:<]\s*any\b|@ts-(ignore|expect-error|nocheck)/.test(line);
          return casts && !hasReason(lines, index) ? [`${path}:${index + 1}`] : [];
        }),
      );
    expect(unchecked).toEqual([]);
  });
});

/** A comment on the line, on one of the two before it, or above the statement that it belongs to. */
function hasReason(lines: readonly string[], index: number): boolean {
  return lines.slice(Math.max(0, index - 2), index + 1).some((line) => /(^|\s)\/\/ \S|\*\//.test(line));
}
