import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Plugin, startPlugin } from "./support/plugin.ts";
import { ProviderClient } from "./support/provider.ts";
import { type Plain, secret, UNKNOWN } from "./support/values.ts";

let plugin: Plugin;
let local: ProviderClient;
let remote: ProviderClient;

beforeAll(async () => {
  plugin = await startPlugin("command");
  local = new ProviderClient(plugin.address, "command:local:Command");
  remote = new ProviderClient(plugin.address, "command:remote:Command");
});

afterAll(async () => {
  local?.close();
  remote?.close();
  await plugin?.stop();
});

const CONNECTION_DEFAULTS = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };

describe("check", () => {
  test("leaves the inputs of a local command as they are", async () => {
    const inputs = { create: secret("true"), triggers: [1, { a: null }], logging: "none", dir: UNKNOWN };
    expect(await local.check(inputs)).toEqual(inputs);
  });

  test("makes a connection secret as a whole and adds the documented defaults", async () => {
    const checked = await remote.check({
      create: "true",
      connection: { host: "a", proxy: { host: "b", port: 2222, hostKey: "k" } },
    });
    expect(checked).toEqual({
      create: "true",
      connection: secret({
        ...CONNECTION_DEFAULTS,
        host: "a",
        proxy: { ...CONNECTION_DEFAULTS, host: "b", port: 2222, hostKey: "k" },
      }),
    });
  });

  test("leaves out the marks within a secret connection", async () => {
    const checked = await remote.check({ connection: secret({ host: "a", privateKey: secret("k") }) });
    expect(checked).toEqual({
      connection: secret({ ...CONNECTION_DEFAULTS, host: "a", privateKey: "k" }),
    });
  });

  test("lets a preview's unknown connection pass", async () => {
    expect(await remote.check({ connection: UNKNOWN })).toEqual({ connection: secret(UNKNOWN) });
    expect(await remote.check({ connection: { host: "a", proxy: UNKNOWN } })).toEqual({
      connection: secret({ ...CONNECTION_DEFAULTS, host: "a", proxy: UNKNOWN }),
    });
  });

  test.each<[string, "local" | "remote", Plain, string]>([
    ["an unknown input", "local", { crate: "hidden" }, 'local.Command has no input "crate"'],
    ["dir of a remote command", "remote", { dir: "hidden" }, 'remote.Command has no input "dir"'],
    ["a connection of a local command", "local", { connection: {} }, 'has no input "connection"'],
    ["assetPaths", "local", { assetPaths: ["hidden"] }, "only in the official plugin"],
    ["archivePaths", "local", { archivePaths: ["hidden"] }, "only in the official plugin"],
    ["another logging", "local", { logging: "hidden" }, '"logging" must be one of none, stdout'],
    ["no connection", "remote", {}, '"connection" must be an object with at least "host"'],
    ["no host", "remote", { connection: { user: "hidden" } }, '"connection.host" is missing'],
    [
      "an unknown field of a connection",
      "remote",
      { connection: secret({ host: "a", privateKey: "hidden", prvateKey: "hidden" }) },
      '"connection" has no field "prvateKey"',
    ],
    [
      "an unknown field of a proxy",
      "remote",
      { connection: { host: "a", proxy: { host: "b", proxy: "hidden" } } },
      '"connection.proxy" has no field "proxy"',
    ],
    ["a proxy without a host", "remote", { connection: { host: "a", proxy: {} } }, '"connection.proxy.host"'],
  ])("refuses %s and never shows a value", async (_title, where, inputs, problem) => {
    const checking = (where === "local" ? local : remote).check(inputs);
    await expect(checking).rejects.toThrow(problem);
    await expect(checking).rejects.not.toThrow("hidden");
  });
});

describe("diff", () => {
  const before = {
    create: "echo 1",
    update: "echo 2",
    delete: "echo 3",
    stdin: "text",
    environment: { A: "1" },
    triggers: ["id", { a: 1 }],
    dir: "/",
    interpreter: ["sh", "-c"],
    logging: "none",
    addPreviousOutputInEnv: false,
  };

  test("is none for the same inputs, in whatever order and however secret", async () => {
    const after = {
      ...Object.fromEntries(Object.entries(before).reverse()),
      stdin: secret("text"),
      triggers: ["id", { a: secret(1) }],
    };
    expect(await local.diff(before, after)).toEqual({ changed: false, changes: [], replaces: [] });
  });

  test.each<[keyof typeof before, unknown]>([
    ["create", "echo 4"],
    ["update", "echo 4"],
    ["delete", "echo 4"],
    ["stdin", "other"],
    ["environment", { A: "2" }],
    ["dir", "/tmp"],
    ["interpreter", ["bash", "-c"]],
    ["logging", "stderr"],
    ["addPreviousOutputInEnv", true],
  ])("of %s updates in place", async (input, value) => {
    const changed = { changed: true, changes: [input], replaces: [] };
    expect(await local.diff(before, { ...before, [input]: value })).toEqual(changed);
    const { [input]: _, ...without } = before;
    expect(await local.diff(without, { ...before, [input]: value })).toEqual(
      input === "addPreviousOutputInEnv" ? { changed: false, changes: [], replaces: [] } : changed,
    );
  });

  test("of a connection updates in place", async () => {
    const changed = await remote.diff(
      { connection: secret({ host: "a", port: 22 }) },
      { connection: secret({ host: "b", port: 22 }) },
    );
    expect(changed).toEqual({ changed: true, changes: ["connection"], replaces: [] });
  });

  test.each<[string, Plain, Plain]>([
    ["a changed one", { triggers: ["a"] }, { triggers: ["b"] }],
    ["one more", { triggers: ["a"] }, { triggers: ["a", "b"] }],
    ["the first", {}, { triggers: ["a"] }],
    ["none any more", { triggers: ["a"] }, {}],
    ["one that is not known yet", { triggers: ["a"] }, { triggers: [UNKNOWN] }],
    ["a change deep inside", { triggers: [{ a: [1] }] }, { triggers: [{ a: [2] }] }],
  ])("of triggers replaces: %s", async (_title, old, news) => {
    const { changes, replaces } = await local.diff(
      { create: "echo 1", update: "echo 2", ...old },
      { create: "echo 3", update: "echo 2", ...news },
    );
    expect({ changes, replaces }).toEqual({ changes: ["create", "triggers"], replaces: ["triggers"] });
  });
});

describe("a preview", () => {
  const trace = join(tmpdir(), `holdfast-preview-${process.pid}`);
  const inputs = { create: `touch ${trace}`, update: `touch ${trace}`, stdin: secret("x") };
  const expected = { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN };

  test("runs nothing and knows the inputs but not the outputs", async () => {
    expect((await local.create(inputs, true)).outputs).toEqual(expected);
    expect(await local.update({ stdout: "old", stderr: "" }, inputs, true)).toEqual(expected);
    expect(existsSync(trace)).toBe(false);
  });

  test("dials no host", async () => {
    plugin.engine.lines.length = 0;
    // Port 1 refuses at once, which would be logged.
    const connection = { host: "127.0.0.1", port: 1, dialErrorLimit: 1 };
    const { outputs } = await remote.create({ create: "true", connection }, true);
    expect(outputs).toMatchObject({ create: "true", stdout: UNKNOWN, stderr: UNKNOWN });
    expect(plugin.engine.lines).toEqual([]);
  });

  test("takes values that are not known yet", async () => {
    const { outputs } = await local.create({ create: UNKNOWN, triggers: [UNKNOWN] }, true);
    expect(outputs).toEqual({ create: UNKNOWN, triggers: [UNKNOWN], stdout: UNKNOWN, stderr: UNKNOWN });
  });
});

describe("secrets", () => {
  test("stay marked among the outputs, and do not make what was printed secret", async () => {
    const { outputs } = await local.create({ create: "cat", stdin: secret("x"), environment: { A: "1" } });
    expect(outputs).toEqual({
      create: "cat",
      stdin: secret("x"),
      environment: { A: "1" },
      stdout: "x",
      stderr: "",
    });
    expect(await local.update(outputs, { create: secret("echo y") })).toEqual({
      create: secret("echo y"),
      stdout: "y",
      stderr: "",
    });
  });
});

test("a type that the plugin does not have is refused by its name", async () => {
  const other = new ProviderClient(plugin.address, "command:remote:CopyToRemote");
  try {
    await expect(other.check({})).rejects.toThrow(
      'this plugin does not know the resource type "command:remote:CopyToRemote"',
    );
  } finally {
    other.close();
  }
});
