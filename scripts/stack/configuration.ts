import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import type { ClusterPlan } from "../../components/cluster.ts";
import { addressesOf } from "../../infra/addresses.ts";
import { parseConfig } from "../../infra/config/parse.ts";
import { peerNameIn, readPeer } from "../../infra/config/peer.ts";
import { formatProblems, joinPath } from "../../infra/config/problems.ts";
import { NAMESPACE, rawSections } from "../../infra/config/sections.ts";
import { planCluster } from "../../infra/plan.ts";
import { PROJECT_ROOT } from "../project.ts";
import { messageOf, UserError } from "../report.ts";

/** What a stack's file says will be, known without the engine, its state or a host. */
export interface PlannedStack {
  readonly name: string;
  readonly plan: ClusterPlan;
  /** Whether its hosts are containers, whose kernel is another's. */
  readonly container: boolean;
}

export async function planStack(name: string): Promise<PlannedStack> {
  return planFrom(name, await stackFile(name));
}

/** The text of a stack's file. */
export async function stackFile(name: string): Promise<string> {
  try {
    return await readFile(join(PROJECT_ROOT, `Pulumi.${name}.yaml`), "utf8");
  } catch (error) {
    const stacks = (await readdir(PROJECT_ROOT)).flatMap(
      (file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [],
    );
    throw new UserError(
      `the stack "${name}" has no configuration: there is no file Pulumi.${name}.yaml`,
      `name one of: ${stacks.sort().join(", ")}`,
      { cause: error },
    );
  }
}

/** Whether two texts of a stack's file say the same; the engine writes into it, too, by what it knows the stack's secrets. */
export const sameSettings = (one: string, other: string): boolean =>
  one === other || isDeepStrictEqual(settingsOf(one), settingsOf(other));

const settingsSchema = z.object({ config: z.unknown().optional(), environment: z.unknown().optional() });

/** What is no file of a stack has none, and is like no other. */
function settingsOf(text: string): unknown {
  try {
    return settingsSchema.parse(parse(text));
  } catch {
    return Symbol("no settings");
  }
}

const fileSchema = z.looseObject({ config: z.record(z.string(), z.unknown()).default({}) });

/** From the text of a stack's file, and of its peer's where it names one. */
export function planFrom(name: string, text: string): PlannedStack {
  const raw = rawSections(asHandedOver(name, text));
  const peer = peerNameIn(raw);
  const parsed = parseConfig(raw, name, peer === undefined ? undefined : readPeer(peer));
  if (!parsed.ok) {
    throw new UserError(formatProblems(name, parsed.problems).trimEnd(), `mend Pulumi.${name}.yaml`);
  }
  const { config } = parsed;
  return {
    name,
    plan: planCluster(config, addressesOf(config, name)),
    container: config.platform === "local",
  };
}

/** The configuration as the engine hands it to the program: every value a text. */
function asHandedOver(name: string, text: string): Record<string, string> {
  const file = fileSchema.safeParse(yaml(name, text));
  if (!file.success) {
    throw new UserError(
      `Pulumi.${name}.yaml is not a stack's file: it needs a group "config"`,
      "see Pulumi.local.yaml for one",
    );
  }
  const { config, environment } = file.data;
  if (environment !== undefined) {
    throw new UserError(
      `Pulumi.${name}.yaml takes values from environments, which only the engine can read`,
      `look at the files in: pulumi preview --diff --stack ${name}`,
    );
  }
  // Other namespaces belong to other packages.
  const ours = Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE));
  for (const [key, value] of ours) {
    const secure = pathOfSecure(value);
    if (secure !== undefined) {
      const path = joinPath([key.slice(NAMESPACE.length), ...secure]);
      throw new UserError(
        `${NAMESPACE}${path} in Pulumi.${name}.yaml is encrypted, and only the engine can read it`,
        "no setting of Holdfast is a secret: write it in the clear (pulumi config set without --secret)",
      );
    }
  }
  return Object.fromEntries(
    ours.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function yaml(name: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UserError(
      `Pulumi.${name}.yaml cannot be read: ${messageOf(error)}`,
      "mend the line that it names",
      { cause: error },
    );
  }
}

/** Where in a value something encrypted stands: an object that says only "secure". */
function pathOfSecure(value: unknown): readonly PropertyKey[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure") return [];
  for (const [key, inner] of entries) {
    const found = pathOfSecure(inner);
    if (found !== undefined) return [Array.isArray(value) ? Number(key) : key, ...found];
  }
  return undefined;
}
