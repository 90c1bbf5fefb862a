import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import semver from "semver";
import { type Report, UserError } from "../report.ts";
import { cacheFolder } from "./cache.ts";
import { goBuild } from "./go-build.ts";
import { installPlugins } from "./plugins.ts";
import { VERSIONS } from "./versions.ts";

export interface Engine {
  /** The folder to put first on PATH. */
  readonly bin: string;
  readonly origin: "path" | "installer" | "built";
  /** What else the engine's environment needs. */
  readonly environment: Readonly<Record<string, string>>;
}

const here = fileURLToPath(new URL("./", import.meta.url));

/**
 * The Pulumi engine: the one on PATH; else the official one from its installer; else, where only package registries
 * can be reached, one built from its Go module together with plugins of ours.
 */
export async function ensureEngine(report: Report): Promise<Engine> {
  return (await findEngine()) ?? (await fromInstaller(report)) ?? (await built(report));
}

/** The engine that is there already, if any. */
export async function findEngine(): Promise<Engine | undefined> {
  return (await onPath()) ?? (await ours());
}

async function onPath(): Promise<Engine | undefined> {
  const { stdout, failed } = await execa("pulumi", ["version"], { reject: false, timeout: 10_000 });
  if (failed || !stdout) {
    return undefined;
  }
  if (semver.lt(stdout.trim(), VERSIONS.pulumiAtLeast)) {
    throw new UserError(
      `the pulumi on PATH is ${stdout.trim()}, and ${VERSIONS.pulumiAtLeast} is the oldest that works`,
      "update it, or take it off PATH and a fitting one is fetched",
    );
  }
  const { stdout: path } = await execa("sh", ["-c", "command -v pulumi"]);
  if (path.startsWith(`${cacheFolder()}/`)) {
    // An activated shell has ours there, maybe with the plugins of another version of this project.
    return undefined;
  }
  return { bin: path.slice(0, path.lastIndexOf("/")), origin: "path", environment: {} };
}

const installerRoot = () => join(cacheFolder(), "engine", "official");
const builtEngine = () => join(cacheFolder(), "engine", `pulumi-${VERSIONS.pulumi}`);

/** What an earlier run left. */
async function ours(): Promise<Engine | undefined> {
  if (existsSync(join(installerRoot(), "bin", "pulumi"))) {
    return { bin: join(installerRoot(), "bin"), origin: "installer", environment: {} };
  }
  return existsSync(builtEngine()) ? withOwnPlugins() : undefined;
}

async function fromInstaller(report: Report): Promise<Engine | undefined> {
  try {
    report("fetching the Pulumi engine with its official installer");
    // Loaded only here, because it takes longer than all the rest of the way to an engine that is there already.
    const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
    const version = semver.parse(VERSIONS.pulumi) ?? undefined;
    const installing = PulumiCommand.install({ root: installerRoot(), ...(version ? { version } : {}) });
    await Promise.race([
      installing,
      new Promise((_, reject) => setTimeout(() => reject(new Error("no answer for 2 min")), 120_000).unref()),
    ]);
    return { bin: join(installerRoot(), "bin"), origin: "installer", environment: {} };
  } catch {
    report("the official installer cannot be reached from here");
    return undefined;
  }
}

async function built(report: Report): Promise<Engine> {
  await goBuild(
    {
      title: `Pulumi ${VERSIONS.pulumi}`,
      folder: join(here, "cli"),
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      linkerFlags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${VERSIONS.pulumi}`,
      output: builtEngine(),
      minutes: 6,
    },
    report,
  );
  return withOwnPlugins();
}

async function withOwnPlugins(): Promise<Engine> {
  const { bin, home } = await installPlugins(join(cacheFolder(), "plugins"), builtEngine());
  return {
    bin,
    origin: "built",
    environment: {
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
  };
}
