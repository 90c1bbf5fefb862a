import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, link, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { VERSIONS } from "./versions.ts";

const SOURCES = fileURLToPath(new URL("./plugins/", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A plugin's name on disk, and where the engine looks for it below its home or beside itself. */
const PLUGINS = [
  { source: "language-nodejs", program: "pulumi-language-nodejs", place: "beside the engine" },
  { source: "command", program: "pulumi-resource-command", place: `resource-command-v${VERSIONS.command}` },
  { source: "random", program: "pulumi-resource-random", place: `resource-random-v${VERSIONS.random}` },
] as const;

export type PluginSource = (typeof PLUGINS)[number]["source"];

export interface PluginFolders {
  /** Holds the engine alone: a language host on PATH would be used with a warning each time. */
  readonly bin: string;
  /** PULUMI_HOME. */
  readonly home: string;
}

/**
 * Bundles our plugins to a file each, so that they start in a fraction of a second and stand alone, and puts them
 * where this engine looks. The folder's name carries a hash of the sources: a changed plugin is another folder.
 */
export async function installPlugins(folder: string, engine: string): Promise<PluginFolders> {
  const place = join(folder, await fingerprint());
  const folders = { bin: join(place, "bin"), home: join(place, "home") };
  if (existsSync(join(place, "complete"))) {
    return folders;
  }
  await rm(place, { recursive: true, force: true });
  const beside = join(place, "engine");
  await mkdir(beside, { recursive: true });
  await mkdir(folders.bin, { recursive: true });
  // The engine looks for language hosts beside the file that it really is, so a link by name would not do here.
  await link(engine, join(beside, "pulumi"));
  await symlink(join(beside, "pulumi"), join(folders.bin, "pulumi"));
  for (const plugin of PLUGINS) {
    const target =
      plugin.place === "beside the engine" ? beside : join(folders.home, "plugins", plugin.place);
    await mkdir(target, { recursive: true });
    const program = join(target, plugin.program);
    await bundlePlugin(pluginSource(plugin.source), program);
  }
  await writeFile(join(place, "complete"), "");
  return folders;
}

export const pluginSource = (source: PluginSource): string => join(SOURCES, source, "main.ts");

/** Bundles the plugin whose main file this is, and makes the executable that the engine starts. */
export async function bundlePlugin(source: string, program: string): Promise<void> {
  await build({
    entryPoints: [source],
    outfile: `${program}.mjs`,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
    legalComments: "none",
    // ssh2 runs without its optional native parts, and no plugin compiles anything but those of tests; CommonJS packages in
    // the bundle need what they know.
    external: ["cpu-features", "*/sshcrypto.node", "typescript"],
    banner: {
      js: 'import { createRequire as requireFor } from "node:module"; const require = requireFor(import.meta.url); const __dirname = new URL(".", import.meta.url).pathname;',
    },
  });
  await writeFile(program, `#!/bin/sh\nexec ${process.execPath} ${program}.mjs "$@"\n`);
  await chmod(program, 0o755);
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256").update(process.execPath);
  const sources = await readdir(SOURCES, { recursive: true });
  const files = sources
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map((file) => join(SOURCES, file));
  for (const file of [...files, fileURLToPath(import.meta.url), join(ROOT, "package-lock.json")]) {
    hash.update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 12);
}
