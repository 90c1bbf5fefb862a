import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const VERIFIERS = new URL("../../../../components/postgres/verifiers.py", import.meta.url).pathname;
const PYTHON_IS_HERE = spawnSync("python3", ["--version"]).status === 0;

/** RFC 7677's own example: of the password "pencil". */
const PENCIL =
  "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

function verifiers(passwords: Record<string, string>, kept: Record<string, string>, iterations = 4096) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-verifiers-"));
  try {
    const file = join(folder, "passwords.json");
    writeFileSync(file, JSON.stringify(passwords));
    const input = Object.entries(kept).map(([role, verifier]) => `${role}\t${verifier}\n`);
    const { stdout, stderr, status } = spawnSync("python3", [VERIFIERS, file, String(iterations)], {
      input: input.join(""),
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const lines = [...stdout.matchAll(/^\\set verifier_(\w+) '([^'\\]+)'$/gm)];
    return Object.fromEntries(lines.map(([, role, verifier]) => [role, verifier ?? ""]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!PYTHON_IS_HERE)("verifiers (needs python3)", () => {
  test("stay as they are when they fit the password", () => {
    expect(verifiers({ app: "pencil" }, { app: PENCIL, other: PENCIL })).toEqual({ app: PENCIL });
    // Another number of iterations is for those that are made from now on.
    expect(verifiers({ app: "pencil" }, { app: PENCIL }, 8192)).toEqual({ app: PENCIL });
  });

  test("are made anew, with a salt of their own, for another password or a role without one", () => {
    const made = verifiers({ app: "pen", late: "pencil" }, { app: PENCIL });
    expect(Object.keys(made)).toEqual(["app", "late"]);
    expect(made["app"]).toMatch(/^SCRAM-SHA-256\$4096:[\w+/]{22}==\$[\w+/]{43}=:[\w+/]{43}=$/);
    expect(made["late"]).not.toBe(PENCIL);
    expect(verifiers({ app: "pen", late: "pencil" }, made)).toEqual(made);
    expect(verifiers({ app: "pen" }, {})).not.toEqual(verifiers({ app: "pen" }, {}));
  });
});
