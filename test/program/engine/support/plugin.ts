import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { bundlePlugin, type PluginSource, pluginSource } from "../../../../scripts/engine/plugins.ts";
import { RecordingEngine } from "./engine.ts";

export interface Plugin {
  /** Where it serves, as it told on its standard output. */
  readonly address: string;
  readonly program: string;
  readonly engine: RecordingEngine;
  readonly stop: () => Promise<void>;
}

/** Bundles a plugin as it is installed, and starts it as the engine does. */
export async function startPlugin(source: PluginSource): Promise<Plugin> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-plugin-"));
  const program = join(folder, source);
  await bundlePlugin(pluginSource(source), program);
  const engine = await RecordingEngine.start();
  // The caller's own SSH agent would offer its keys.
  const { SSH_AUTH_SOCK: _, ...env } = process.env;
  const child = spawn(program, [engine.address], { env, stdio: ["ignore", "pipe", "inherit"] });
  const port = await firstLine(child, child.stdout);
  return {
    address: `127.0.0.1:${port}`,
    program,
    engine,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      engine.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The port line; what comes after it is read and thrown away, so that a full pipe stops nobody. */
export function firstLine(child: ChildProcess, output: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: output }).on("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the plugin ended with ${code} before it served`)));
  });
}
