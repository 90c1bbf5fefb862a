import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);
const WORKFLOWS = readdirSync(FOLDER).map((file): [string, string] => [
  file,
  readFileSync(new URL(file, FOLDER), "utf8"),
]);

describe.each(WORKFLOWS)("the workflow %s", (_, text) => {
  // Whoever owns an action can move its tags, and would run with this repository's rights.
  test("names each action by a commit, and says of which version", () => {
    for (const [line, action = ""] of text.matchAll(/^\s*(?:- )?uses: (\S+).*$/gm)) {
      if (action.startsWith("./")) continue;
      expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("lets nobody write into a shell what somebody else named", () => {
    for (const [line] of text.matchAll(/^\s*(?:- )?run: .*$/gm)) expect(line).not.toContain("${{");
  });
});
