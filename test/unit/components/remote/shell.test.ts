import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quote, withVariables } from "../../../../components/remote/shell.ts";

/** Any text that a shell can carry: whole characters, without NUL. */
const word = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~ \t\n\r=%-") }),
  )
  .filter((text) => !text.includes("\0"));

/** The words that a shell sees; many in one process, so that this is quick. */
function seenBy(shell: string, script: string): string[] {
  const { stdout, stderr, status } = spawnSync(shell, ["-s"], { input: script, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.split("\0").slice(0, -1);
}

describe("quote", () => {
  test.each(["sh", "bash"])("any text comes through %s unchanged", (shell) => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 50, maxLength: 100 }), (words) => {
        const script = words.map((each) => `printf '%s\\0' ${quote(each)}\n`).join("");
        expect(seenBy(shell, script)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });

  test("the whole list is as many words as it has texts", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const script = `set -- ${words.map(quote).join(" ")}\nprintf '%s\\0' "$#" "$@"\n`;
        expect(seenBy("sh", script)).toEqual([String(words.length), ...words]);
      }),
      { numRuns: 20 },
    );
  });

  test("plain words stay readable", () => {
    expect(quote("/etc/holdfast/roles.sql")).toBe("/etc/holdfast/roles.sql");
    expect(quote("")).toBe("''");
    expect(quote("~")).toBe("'~'");
  });

  test("a NUL byte is refused, since it would end the text", () => {
    expect(() => quote("a\0b")).toThrow("a NUL byte cannot be passed to a shell");
  });
});

describe("withVariables", () => {
  test("gives a script its values, whatever is in them", () => {
    const values = fc.array(word, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, (texts) => {
        const names = texts.map((_, index) => `value_${index}`);
        const variables = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
        const print = names.map((name) => `printf '%s\\0' "$${name}"\n`).join("");
        expect(seenBy("bash", withVariables(variables, print))).toEqual(texts);
      }),
      { numRuns: 20 },
    );
  });

  test("is the same text whatever the order of the variables, and says whose it is", () => {
    expect(withVariables({ b: "2 3", a: "1" }, "echo\n")).toBe(
      "# Managed by Holdfast.\na=1\nb='2 3'\n\necho\n",
    );
    expect(withVariables({ a: "1", b: "2 3" }, "echo\n")).toBe(withVariables({ b: "2 3", a: "1" }, "echo\n"));
  });
});
