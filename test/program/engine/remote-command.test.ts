import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Plugin, startPlugin } from "./support/plugin.ts";
import { untilWritten } from "./support/processes.ts";
import { ProviderClient } from "./support/provider.ts";
import { type Sshd, startSshd } from "./support/sshd.ts";
import { type Plain, secret } from "./support/values.ts";

let plugin: Plugin;
let command: ProviderClient;
let host: Sshd;

beforeAll(async () => {
  [plugin, host] = await Promise.all([
    startPlugin("command"),
    startSshd({ settings: ["AcceptEnv WANTED PULUMI_COMMAND_STDOUT"] }),
  ]);
  command = new ProviderClient(plugin.address, "command:remote:Command");
});

afterAll(async () => {
  command?.close();
  await plugin?.stop();
  await host?.stop();
});

const create = async (inputs: Plain): Promise<Plain> =>
  (await command.create({ connection: host.connection, ...inputs })).outputs;

describe("a command on a host", () => {
  test("gets its standard input and gives both of its streams and its inputs", async () => {
    const outputs = await create({ create: `cat; printf 'e\\n\\n' >&2`, stdin: secret("one\ntwo\n") });
    expect(outputs).toEqual({
      create: `cat; printf 'e\\n\\n' >&2`,
      stdin: secret("one\ntwo\n"),
      connection: secret(host.connection),
      stdout: "one\ntwo",
      stderr: "e\n",
    });
  });

  test("has an empty standard input when none is given", async () => {
    expect(await create({ create: "cat; echo end" })).toMatchObject({ stdout: "end" });
  });

  test("gets and gives much more than one packet", async () => {
    const text = "ä€𝄞".repeat(100_000);
    const { stdout } = await create({ create: "cat", stdin: text, logging: "none" });
    expect(stdout === text).toBe(true);
  });

  test("need not read its standard input", async () => {
    const outputs = await create({ create: "echo done", stdin: "x".repeat(4_000_000) });
    expect(outputs).toMatchObject({ stdout: "done" });
  });

  test("that fails is told with its status, its text and all that it printed", async () => {
    await expect(create({ create: "echo out; echo err >&2; exit 3" })).rejects.toThrow(
      /^Process exited with status 3: running "echo out; echo err >&2; exit 3":\n(out\nerr|err\nout)\n$/,
    );
  });

  test("that a signal ends is told with it", async () => {
    await expect(create({ create: "kill -TERM $$" })).rejects.toThrow(/^Process exited with signal .*TERM/);
  });

  test("runs on update, by the update script or else by that of create, and on delete", async () => {
    const state = { stdout: "", stderr: "", connection: host.connection };
    const inputs = { create: "echo made", connection: host.connection };
    expect(await command.update(state, { ...inputs, update: "echo changed" })).toMatchObject({
      stdout: "changed",
    });
    expect(await command.update(state, inputs)).toMatchObject({ stdout: "made" });
    const trace = join(host.folder, "deleted");
    await command.delete({ ...state, delete: `cat >${trace}`, stdin: "bye", connection: host.connection });
    expect(readFileSync(trace, "utf8")).toBe("bye");
  });

  test("is lost with its connection, which is an error, and the next one has another connection", async () => {
    await expect(create({ create: "kill -9 $PPID" })).rejects.toThrow(
      /remote command exited without exit status or exit signal: running "kill -9 \$PPID"/,
    );
    expect(await create({ create: "echo again" })).toMatchObject({ stdout: "again" });
  });

  test("is logged as asked", async () => {
    plugin.engine.lines.length = 0;
    await create({ create: "echo out; echo err >&2", logging: "stderr" });
    expect(plugin.engine.lines).toEqual([
      { urn: command.urn, message: "err", severity: "info", ephemeral: true },
    ]);
  });
});

describe("the environment", () => {
  test("reaches the command where the server accepts the variable", async () => {
    const outputs = await create({ create: `echo "$WANTED"`, environment: { WANTED: "two\nlines" } });
    expect(outputs).toMatchObject({ stdout: "two\nlines" });
  });

  test("is an error where it does not, nothing runs and no value is shown", async () => {
    const trace = join(host.folder, "environment");
    const refused = create({
      create: `touch ${trace}`,
      environment: { WANTED: "1", UNWANTED: secret("hidden") },
    });
    await expect(refused).rejects.toThrow(
      /^could not set environment variable "UNWANTED".*AcceptEnv.*NAME=value/,
    );
    await expect(refused).rejects.not.toThrow("hidden");
    expect(() => readFileSync(trace)).toThrow("ENOENT");
  });

  test("has what the run before printed, with no more than a warning where the server refuses it", async () => {
    plugin.engine.lines.length = 0;
    const state = { stdout: "first", stderr: "hidden", connection: host.connection };
    const script = `echo "\${PULUMI_COMMAND_STDOUT-none}/\${PULUMI_COMMAND_STDERR-none}"`;
    const inputs = { create: script, connection: host.connection, logging: "none" };
    expect(await command.update(state, inputs)).toMatchObject({ stdout: "first/none" });
    expect(plugin.engine.lines).toEqual([
      {
        urn: command.urn,
        message: expect.stringMatching(/^Unable to set "PULUMI_COMMAND_STDERR".*AcceptEnv/),
        severity: "warning",
        ephemeral: false,
      },
    ]);
    const without = await command.update(state, { ...inputs, addPreviousOutputInEnv: false });
    expect(without).toMatchObject({ stdout: "none/none" });
  });
});

/** Runs one script with each of these standard inputs; none of them ends before all have started. */
async function together(name: string, on: Sshd, inputs: readonly string[]): Promise<unknown[]> {
  const place = join(on.folder, name);
  const gate = `${place}.gate`;
  mkdirSync(place);
  execFileSync("mkfifo", [gate]);
  // Open at both of its ends from the start, so that nobody has to wait for anybody else to open it.
  const opener = openSync(gate, "r+");
  const script = `touch ${place}/$$; read -r _ <${gate}; cat`;
  const running = Promise.all(
    inputs.map((stdin) => create({ create: script, stdin, connection: on.connection })),
  );
  await vi.waitFor(() => expect(readdirSync(place)).toHaveLength(inputs.length), {
    timeout: 30_000,
    interval: 20,
  });
  // Each takes one empty line.
  writeSync(opener, "\n".repeat(inputs.length));
  const outputs = await running;
  closeSync(opener);
  return outputs.map((each) => each["stdout"]);
}

describe("many commands at a time", () => {
  test("to one host work within sshd's own limit of sessions on a connection", async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => `${index}`);
    expect(await together("many", host, numbers)).toEqual(numbers);
  });

  test("work with a server that allows one session on a connection", async () => {
    const strict = await startSshd({ settings: ["MaxSessions 1"] });
    try {
      expect(await together("strict", strict, ["a", "b", "c"])).toEqual(["a", "b", "c"]);
    } finally {
      await strict.stop();
    }
  });
});

describe("a cancellation", () => {
  test("ends the wait for a running command, and what is told to run afterwards does not", async () => {
    const cancelled = await startPlugin("command");
    const client = new ProviderClient(cancelled.address, "command:remote:Command");
    const pid = join(host.folder, "pid");
    const gate = join(host.folder, "gate");
    writeFileSync(gate, "");
    try {
      const script = `echo $$ >${pid}; while [ -e ${gate} ]; do sleep 0.05; done`;
      const running = client.create({ connection: host.connection, create: script });
      const outcome = expect(running).rejects.toThrow(/^cancelled: running "echo/);
      await untilWritten(pid, /^\d+\n$/);
      await client.cancel();
      await outcome;
      await expect(client.create({ connection: host.connection, create: "true" })).rejects.toThrow(
        "cancelled before the command ran",
      );
    } finally {
      client.close();
      await cancelled.stop();
    }
  });
});
