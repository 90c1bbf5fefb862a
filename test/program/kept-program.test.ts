import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEngine } from "../../scripts/engine/install.ts";
import { previewOf, withProgram } from "../../scripts/stack/engine.ts";
import { copyOfProject } from "../support/copy-of-project.ts";
import { firstLine } from "./engine/support/plugin.ts";
import { untilEnded } from "./engine/support/processes.ts";

// The real engine, with a stack that has no hosts: a preview makes none.

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const engine = await findEngine();

describe.skipIf(engine === undefined)("the program that a command keeps for its previews and updates", () => {
  const name = `local-test-kept-${process.pid}`;
  const file = join(ROOT, `Pulumi.${name}.yaml`);
  let folder: string;
  let stack: { name: string; environment: Record<string, string> };

  const configure = async (settings: string) =>
    writeFile(file, `config:\n  holdfast:platform: local\n${settings}`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-kept-"));
    stack = {
      name,
      environment: {
        ...engine?.environment,
        PATH: `${engine?.bin}:${process.env["PATH"] ?? ""}`,
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "of this test",
      },
    };
    await configure("");
    await execa("pulumi", ["stack", "init", "--stack", name], { cwd: ROOT, env: stack.environment });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await rm(file, { force: true });
  });

  test("runs as often as it is asked to, each time with the configuration of then", async () => {
    await withProgram(stack, async (kept) => {
      const first = await previewOf(kept);
      expect(first.length).toBeGreaterThan(100);
      expect(await previewOf(kept)).toEqual(first);

      await configure("  holdfast:hosts: { proxy: { count: 3 } }\n");
      const names = (await previewOf(kept)).map((change) => change.name);
      expect(names).toContain("proxy-3-host");

      await configure("  holdfast:postgress: {}\n  holdfast:tls: { caDays: soon }\n");
      const refusal = String(await previewOf(kept).catch((error: Error) => error.message));
      expect(
        refusal.match(/the configuration of the stack "\S+" has 2 problems; nothing was changed/g),
      ).toHaveLength(1);
      expect(refusal.match(/holdfast:postgress$/gm)).toHaveLength(1);
      expect(refusal).not.toMatch(/^ +at |BAIL/m);

      await configure("");
      expect(await previewOf(kept)).toEqual(first);
    });
  });

  // In a copy, whose authority cannot be asked for: the error comes while the outputs are made, after the program's end.
  test("ends with what went wrong inside an output, and waits for nothing that needs it", async () => {
    const copy = join(folder, "copy");
    await copyOfProject(copy);
    await cp(file, join(copy, `Pulumi.${name}.yaml`));
    const tls = join(copy, "components/tls/tls.ts");
    const text = await readFile(tls, "utf8");
    const broken = text.replace("JSON.stringify(value)", '(() => { throw new Error("no order"); })()');
    expect(broken).not.toBe(text);
    await writeFile(tls, broken);
    const said = await execa(
      process.execPath,
      [
        ...["--import", "tsx", "--eval"],
        `import("./scripts/stack/engine.ts").then(({ previewOf, withProgram }) => withProgram(${JSON.stringify(stack)}, previewOf)).catch((error) => console.log(error.message))`,
      ],
      { cwd: copy, timeout: 50_000 },
    );
    expect(said.stdout).toMatch(/Unhandled exception: Error: .*no order/);
  });

  test("ends with the command, also with one that was killed", async () => {
    const { environment } = stack;
    const command = spawn(
      process.execPath,
      [
        ...["--import", "tsx", "--eval"],
        `import("./scripts/stack/program.ts").then(({ startProgram }) => startProgram(${JSON.stringify(environment)})).then(() => console.log("started"))`,
      ],
      { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
    );
    await firstLine(command, command.stdout);
    // The loader of TypeScript may have a process of its own beside it.
    const children = (await readFile(`/proc/${command.pid}/task/${command.pid}/children`, "utf8")).split(" ");
    const [program, ...others] = children.filter(
      (pid) => pid !== "" && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("program-main.ts"),
    );
    expect([Number(program) > 1, others]).toEqual([true, []]);
    command.kill("SIGKILL");
    await untilEnded(Number(program));
  });
});
