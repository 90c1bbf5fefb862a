import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VERSIONS } from "../../../scripts/engine/versions.ts";
import { firstLine, type Plugin, startPlugin } from "./support/plugin.ts";
import { untilEnded } from "./support/processes.ts";
import { ProviderClient } from "./support/provider.ts";

let plugin: Plugin;

beforeAll(async () => {
  plugin = await startPlugin("command");
});

afterAll(async () => {
  await plugin?.stop();
});

test("a plugin tells its version and that it takes secrets and previews", async () => {
  const client = new ProviderClient(plugin.address, "command:local:Command");
  try {
    expect(await client.describe()).toEqual({
      version: VERSIONS.command,
      acceptsSecrets: true,
      supportsPreview: true,
    });
  } finally {
    client.close();
  }
});

test("inputs of more than 4 MiB pass", async () => {
  const client = new ProviderClient(plugin.address, "command:local:Command");
  try {
    const stdin = "x".repeat(6 * 1024 * 1024);
    const { outputs } = await client.create({ create: "wc -c", stdin });
    expect(String(outputs["stdout"]).trim()).toBe(`${stdin.length}`);
  } finally {
    client.close();
  }
});

test("a plugin ends after the engine that started it, even when that was killed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-server-"));
  const pidFile = join(folder, "pid");
  // The shell stands in for the engine.
  const parent = spawn("sh", ["-c", `"$0" 127.0.0.1:1 & echo $! >"$1"; wait`, plugin.program, pidFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await firstLine(parent, parent.stdout);
  const pid = Number(readFileSync(pidFile, "utf8"));
  const ended = once(parent, "exit");
  parent.kill("SIGKILL");
  await ended;
  await untilEnded(pid);
  await rm(folder, { recursive: true, force: true });
});
