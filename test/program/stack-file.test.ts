import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEngine } from "../../scripts/engine/install.ts";
import { handedOver } from "../support/stack-file.ts";

// The real engine reads a stack's file and hands it to a program that only loads it: no resource, no host.

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOAD = pathToFileURL(join(ROOT, "infra/config/load.ts"));
const engine = await findEngine();

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
console.log("all", JSON.stringify(pulumi.runtime.allConfig()), "end");
const { loadConfig } = await import("${LOAD.href}");
loadConfig(pulumi.getStack());
`;

/** So short that the engine does not hide it in what a program prints; longer ones it does. */
const SECRET = "h2";

/** Every way to write a value that engines have been seen to read in another way than people. */
const FILE = `
holdfast:platform: local
holdfast:tls: { caDays: 0200, certificateDays: "0200", renewBeforeDays: 09 }
holdfast:os: { timeZone: on, a: yes, b: off, c: No, d: true, e: null, f: 1e3, g: 0x10, h: 1:30, i: 10.0 }
holdfast:pools: { a: [], b: {}, c: ~, d: .5, e: 1.50, f: "multi
  line", "5": five }
holdfast:cluster: { name: 10.77.1.0/24 }
holdfast:hosts: text
holdfast:local: 17
`;

describe.skipIf(engine === undefined)("a stack's file, through the engine", () => {
  let folder: string;
  let preview: string;
  const pulumi = (...args: string[]) =>
    execa("pulumi", [...args, "--stack", "local-read"], {
      cwd: folder,
      reject: false,
      all: true,
      env: {
        ...engine?.environment,
        PATH: `${engine?.bin}:${process.env["PATH"] ?? ""}`,
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "of this test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });

  beforeAll(async () => {
    // Below the project, whose packages the program uses.
    await mkdir(join(ROOT, ".holdfast"), { recursive: true });
    folder = await mkdtemp(join(ROOT, ".holdfast", "stack-file-"));
    const config = FILE.trim()
      .split("\n")
      .map((line) => `  ${line}\n`)
      .join("");
    await Promise.all([
      writeFile(
        join(folder, "package.json"),
        JSON.stringify({ name: "read", type: "module", main: "index.js" }),
      ),
      writeFile(join(folder, "index.js"), PROGRAM),
      writeFile(
        join(folder, "Pulumi.yaml"),
        "name: holdfast\nruntime: { name: nodejs, options: { typescript: false, nodeargs: --import tsx } }\n",
      ),
      writeFile(join(folder, "Pulumi.local-read.yaml"), `config:\n${config}`),
    ]);
    await pulumi("stack", "init");
    await pulumi("config", "set", "--secret", "--path", "holdfast:availability.rto", SECRET);
    preview = (await pulumi("preview")).all ?? "";
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("arrives as the tests of the configuration take it for", () => {
    const [, all = "{}"] = /all (\{.*\}) end/.exec(preview) ?? [];
    const { "holdfast:availability": secret, ...rest } = JSON.parse(all);
    expect(secret).toBe(JSON.stringify({ rto: SECRET }));
    const parsed = (texts: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(texts).map(([key, text]) => [key, /^[[{]/.test(text) ? JSON.parse(text) : text]),
      );
    expect(parsed(rest), preview).toEqual(parsed(handedOver(FILE)));
  });

  test("is refused with all its problems, and none of them shows the secret", () => {
    const [, problems = ""] = /has \d+ problems; nothing was changed\.([\s\S]*)/.exec(preview) ?? [];
    expect(problems).toContain("holdfast:availability.rto\n");
    expect(problems).toMatch(
      /holdfast:availability\.rto\s+found {4}\[secret\]\s+allowed {2}"fast", "normal", "safe"/,
    );
    expect(problems).toMatch(/holdfast:tls\.certificateDays\s+found {4}"0200"/);
    expect(problems).not.toContain(JSON.stringify(SECRET));
  });
});
