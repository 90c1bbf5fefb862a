import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { ensureEngine } from "../../../scripts/engine/install.ts";
import { bundlePlugin } from "../../../scripts/engine/plugins.ts";
import { VERSIONS } from "../../../scripts/engine/versions.ts";
import { planOf, previewSchema } from "../../../scripts/preview/plan.ts";
import { copyOfProject } from "../../support/copy-of-project.ts";
import { type Cloud, startCloud } from "../../support/moto.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const callSchema = z.object({
  call: z.enum(["create", "update", "delete", "run"]),
  type: z.string().default(""),
  name: z.string().default(""),
  id: z.string().default(""),
  inputs: z.record(z.string(), z.unknown()).default({}),
  host: z.string().optional(),
  through: z.string().optional(),
  command: z.string().default(""),
});
/** Something that AWS, or a host, was asked for. */
export type Call = z.infer<typeof callSchema>;

export interface Outcome {
  readonly failed: boolean;
  readonly text: string;
  /** What was asked for meanwhile. */
  readonly calls: readonly Call[];
}

/** Everything in the stack's file below "holdfast:". */
type Settings = Record<string, Record<string, unknown>>;

/**
 * The real engine with the real program, in a copy of the project, with plugins that stand in for those of AWS and of
 * commands: nothing is contacted but loopback.
 */
export class Rehearsal {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly cloud: Cloud;

  private constructor(
    folder: string,
    cloud: Cloud,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#folder = folder;
    this.cloud = cloud;
    this.#environment = environment;
  }

  static async start(stacks: readonly string[]): Promise<Rehearsal> {
    const [engine, cloud, folder] = await Promise.all([
      ensureEngine(() => undefined),
      startCloud(),
      mkdtemp(join(tmpdir(), "holdfast-rehearsal-")),
    ]);
    const home = engine.environment["PULUMI_HOME"];
    if (home === undefined) {
      throw new Error("the rehearsal needs the engine that is built with plugins of its own");
    }
    await copyOfProject(folder);
    await plugin(folder, "aws", "7.48.0");
    await plugin(folder, "command", VERSIONS.command);
    const random = `plugins/resource-random-v${VERSIONS.random}`;
    // The engine takes no link for a plugin.
    await cp(join(home, random), join(folder, "home", random), { recursive: true });
    const rehearsal = new Rehearsal(folder, cloud, {
      ...cloud.environment,
      ...engine.environment,
      PATH: `${engine.bin}:${process.env["PATH"] ?? ""}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "of this rehearsal",
      REHEARSAL_LOG: join(folder, "calls.jsonl"),
      // The operator's command sets it, which makes hosts anew one after the other.
      HOLDFAST_ONE_BY_ONE: undefined,
    });
    for (const stack of stacks) {
      await cp(join(ROOT, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
      await rehearsal.pulumi(stack, ["stack", "init"]);
    }
    return rehearsal;
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Changes a setting in a stack's file. */
  async set(stack: string, section: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(this.#folder, `Pulumi.${stack}.yaml`);
    const content: { config: Settings } = parse(await readFile(file, "utf8"));
    const key = `holdfast:${section}`;
    content.config[key] = { ...content.config[key], ...change };
    await writeFile(file, stringify(content));
  }

  async pulumi(
    stack: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const before = (await this.#calls()).length;
    const { all = "", failed } = await execa("pulumi", [...args, "--stack", stack, "--color", "never"], {
      cwd: this.#folder,
      env: { ...this.#environment, ...environment },
      reject: false,
      all: true,
      stdin: "ignore",
    });
    return { failed, text: all, calls: (await this.#calls()).slice(before) };
  }

  /** What an update would do, one entry a resource: "update db-1-volume". */
  async preview(stack: string): Promise<{ readonly text: string; readonly changes: readonly string[] }> {
    const { stdout, stderr } = await execa("pulumi", ["preview", "--json", "--stack", stack], {
      cwd: this.#folder,
      env: this.#environment,
      reject: false,
    });
    const parsed = previewSchema.parse(JSON.parse(stdout));
    return {
      text: `${(parsed.diagnostics ?? []).map(({ message }) => message).join("\n")}${stderr}`,
      changes: planOf(parsed).map(({ kind, name }) => `${kind} ${name}`),
    };
  }

  async #calls(): Promise<readonly Call[]> {
    const text = await readFile(join(this.#folder, "calls.jsonl"), "utf8").catch(() => "");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => callSchema.parse(JSON.parse(line)));
  }
}

/** Puts a plugin where the engine looks for it. */
async function plugin(folder: string, name: string, version: string): Promise<void> {
  const place = join(folder, "home", "plugins", `resource-${name}-v${version}`);
  await mkdir(place, { recursive: true });
  await bundlePlugin(
    fileURLToPath(new URL(`./plugins/${name}.ts`, import.meta.url)),
    join(place, `pulumi-resource-${name}`),
  );
}
