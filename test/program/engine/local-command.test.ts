import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Plugin, startPlugin } from "./support/plugin.ts";
import { untilEnded, untilWritten } from "./support/processes.ts";
import { ProviderClient } from "./support/provider.ts";
import { secret, UNKNOWN } from "./support/values.ts";

let plugin: Plugin;
let command: ProviderClient;
let folder: string;

beforeAll(async () => {
  plugin = await startPlugin("command");
  command = new ProviderClient(plugin.address, "command:local:Command");
  folder = await mkdtemp(join(tmpdir(), "holdfast-local-"));
});

afterAll(async () => {
  command?.close();
  await plugin?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("what runs when", () => {
  test("create runs the create script and names the resource after itself", async () => {
    const { id, outputs } = await command.create({ create: "echo made", update: "echo changed" });
    expect(id).toMatch(/^step[0-9a-f]{8}$/);
    expect(outputs).toEqual({ create: "echo made", update: "echo changed", stdout: "made", stderr: "" });
  });

  test("without a create script nothing runs", async () => {
    const { outputs } = await command.create({ update: "echo changed" });
    expect(outputs).toEqual({ update: "echo changed", stdout: "", stderr: "" });
  });

  test("update runs the update script, else the create script, else nothing and keeps what was printed", async () => {
    const state = { stdout: "before", stderr: "" };
    const both = await command.update(state, { create: "echo made", update: "echo changed" });
    expect(both).toMatchObject({ stdout: "changed" });
    const fallBack = await command.update(state, { create: "echo made" });
    expect(fallBack).toMatchObject({ stdout: "made" });
    const neither = await command.update(state, { delete: "echo gone" });
    expect(neither).toEqual({ delete: "echo gone", stdout: "before", stderr: "" });
  });

  test("delete runs only a delete script, with the inputs of the state", async () => {
    const trace = join(folder, "deleted");
    await command.delete({ create: `echo wrong >${trace}`, stdout: "", stderr: "" });
    expect(() => readFileSync(trace)).toThrow("ENOENT");
    await command.delete({ delete: `cat >${trace}`, stdin: secret("last words"), stdout: "", stderr: "" });
    expect(readFileSync(trace, "utf8")).toBe("last words");
  });

  test("a refresh finds what the state says", async () => {
    const state = { create: "echo made", stdout: "made", stderr: "", stdin: secret("hidden") };
    expect(await command.read(state)).toEqual(state);
  });
});

describe("how it runs", () => {
  test("standard input is passed, and is empty when none is given", async () => {
    const given = await command.create({ create: "cat", stdin: "one\ntwo" });
    expect(given.outputs).toMatchObject({ stdout: "one\ntwo" });
    const absent = await command.create({ create: "cat; echo end" });
    expect(absent.outputs).toMatchObject({ stdout: "end" });
  });

  test("a command need not read its standard input", async () => {
    const { outputs } = await command.create({ create: "echo done", stdin: "x".repeat(1_000_000) });
    expect(outputs).toMatchObject({ stdout: "done" });
  });

  test("the environment is added to the plugin's own", async () => {
    const { outputs } = await command.create({
      create: `echo "$FIRST/$SECOND/\${PATH:+path}"`,
      environment: { FIRST: "1 2", SECOND: secret("two") },
    });
    expect(outputs).toMatchObject({ stdout: "1 2/two/path" });
  });

  test("dir is the folder it runs in", async () => {
    writeFileSync(join(folder, "here"), "");
    const { outputs } = await command.create({ create: "ls here", dir: folder });
    expect(outputs).toMatchObject({ stdout: "here" });
  });

  test("a dir that does not exist is an error", async () => {
    await expect(command.create({ create: "pwd", dir: join(folder, "nowhere") })).rejects.toThrow("ENOENT");
  });

  test("the interpreter gets the script as its last argument", async () => {
    const { outputs } = await command.create({
      create: "console.log(process.argv0 !== '' && 6 * 7)",
      interpreter: [process.execPath, "-e"],
    });
    expect(outputs).toMatchObject({ stdout: "42" });
  });

  test("an interpreter that does not exist is an error", async () => {
    await expect(command.create({ create: "x", interpreter: ["/no/such/shell"] })).rejects.toThrow(
      /\/no\/such\/shell.*ENOENT/,
    );
  });

  test("each stream is kept apart and loses one line's end", async () => {
    const { outputs } = await command.create({ create: `printf 'a\\n\\n'; printf ' b \\n' >&2` });
    expect(outputs).toMatchObject({ stdout: "a\n", stderr: " b " });
  });

  test("characters of several bytes survive their way in pieces", async () => {
    const text = "ä€𝄞".repeat(50_000);
    const { outputs } = await command.create({ create: "cat", stdin: text, logging: "none" });
    expect(outputs["stdout"] === text).toBe(true);
  });

  test("a failure tells the status, the script and all that was printed", async () => {
    const script = `echo out; echo err >&2; exit 3`;
    await expect(command.create({ create: script })).rejects.toThrow(
      /^exit status 3: running "echo out; echo err >&2; exit 3":\n(out\nerr|err\nout)\n$/,
    );
  });

  test("a signal is told as one", async () => {
    await expect(command.create({ create: "kill -TERM $$" })).rejects.toThrow(/^signal: .*: running/);
  });

  test("a failure shows neither the standard input nor the environment", async () => {
    const failing = command.create({
      create: "exit 1",
      stdin: secret("hidden-1"),
      environment: { TOKEN: secret("hidden-2") },
    });
    await expect(failing).rejects.toThrow("exit status 1");
    await expect(failing).rejects.not.toThrow("hidden");
  });
});

describe("the output of the run before", () => {
  const script = `echo "\${PULUMI_COMMAND_STDOUT-none}/\${PULUMI_COMMAND_STDERR-none}"`;

  test("is in the environment of update and delete unless it was empty", async () => {
    const after = await command.update({ stdout: "first", stderr: "" }, { create: script });
    expect(after).toMatchObject({ stdout: "first/none" });
    const trace = join(folder, "previous");
    await command.delete({ delete: `${script} >${trace}`, stdout: secret("out"), stderr: "err" });
    expect(readFileSync(trace, "utf8")).toBe("out/err\n");
  });

  test("is absent where the user does not want it, and on create", async () => {
    const refused = await command.update(
      { stdout: "first", stderr: "second" },
      { create: script, addPreviousOutputInEnv: false },
    );
    expect(refused).toMatchObject({ stdout: "none/none" });
    expect((await command.create({ create: script })).outputs).toMatchObject({ stdout: "none/none" });
  });
});

describe("the log", () => {
  test.each([
    [undefined, ["err", "out"]],
    ["stdoutAndStderr", ["err", "out"]],
    ["stdout", ["out"]],
    ["stderr", ["err"]],
    ["none", []],
  ])("with logging %s gets %j", async (logging, expected) => {
    plugin.engine.lines.length = 0;
    const { outputs } = await command.create({
      create: "echo out; echo err >&2",
      ...(logging === undefined ? {} : { logging }),
    });
    expect(outputs).toMatchObject({ stdout: "out", stderr: "err" });
    expect([...plugin.engine.messages()].sort()).toEqual(expected);
  });

  test("gets each line for itself, in order, for the time of the work only, and beside its resource", async () => {
    plugin.engine.lines.length = 0;
    await command.create({ create: `printf 'one\\ntwo\\r\\n\\nrest'`, logging: "stdout" });
    expect(plugin.engine.messages()).toEqual(["one", "two", "", "rest"]);
    expect(plugin.engine.lines[0]).toEqual({
      urn: command.urn,
      message: "one",
      severity: "info",
      ephemeral: true,
    });
  });

  test("gets a line while the command still runs", async () => {
    const gate = join(folder, "gate");
    const running = command.create({ create: `echo early; until [ -e ${gate} ]; do sleep 0.05; done` });
    await plugin.engine.untilLogged("early");
    writeFileSync(gate, "");
    expect((await running).outputs).toMatchObject({ stdout: "early" });
  });
});

describe("a value that is not known", () => {
  test.each([
    ["create", { create: UNKNOWN }],
    ["stdin", { create: "cat", stdin: secret(UNKNOWN) }],
    ["environment", { create: "env", environment: { A: UNKNOWN } }],
  ])("in %s is refused outside of a preview", async (input, inputs) => {
    const problem = `the value of "${input}" is not known, so nothing was run`;
    await expect(command.create(inputs)).rejects.toThrow(problem);
    await expect(command.update({ stdout: "", stderr: "" }, inputs)).rejects.toThrow(problem);
  });
});

describe("a cancellation", () => {
  test("ends a running command with all of its process group", async () => {
    const cancelled = await startPlugin("command");
    const client = new ProviderClient(cancelled.address, "command:local:Command");
    try {
      const pids = join(folder, "pids");
      const script = `sh -c 'echo $$ >>${pids}; exec sleep 600' & echo $$ >>${pids}; wait`;
      const outcome = expect(client.create({ create: script })).rejects.toThrow(/^signal: killed: running/);
      const written = await untilWritten(pids, /^\d+\n\d+\n$/);
      await client.cancel();
      await outcome;
      await Promise.all(written.trim().split("\n").map(Number).map(untilEnded));
    } finally {
      client.close();
      await cancelled.stop();
    }
  });
});
