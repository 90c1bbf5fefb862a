import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../project.ts";
import { UserError } from "../report.ts";
import { isLocal } from "../setup/environment.ts";
import { podman } from "./containers.ts";

/** A test's lab is named after the process that made it, so that what a killed run left behind is known as such. */
const TEST_PREFIX = "local-test-";
export const testLabName = (pid: number, suffix = ""): string => `${TEST_PREFIX}${pid}${suffix}`;
export const isTestLab = (lab: string): boolean => lab.startsWith(TEST_PREFIX);

/** A test's lab has an object store of its own, which goes with it. */
const SERVICES_PREFIX = "holdfast-services-";
export const servicesName = (lab: string): string => `${SERVICES_PREFIX}${lab}`;

export const stackFile = (lab: string): string => join(PROJECT_ROOT, `Pulumi.${lab}.yaml`);

/** Where the engine keeps what this checkout knows of labs. */
export const STATE = join(PROJECT_ROOT, ".holdfast", "state", ".pulumi");

export interface Lab {
  readonly name: string;
  readonly running: number;
  readonly stopped: number;
  readonly volumes: number;
  readonly networks: number;
  /** When the oldest part of it was made, as ISO 8601; undefined when nothing of it is in podman. */
  readonly made?: string;
  /** Whether this checkout's state has its resources: then the engine destroys it. */
  readonly known: boolean;
  /** Of a test's lab, whether the process that made it still runs. */
  readonly test?: "running" | "gone";
}

/** Left by a test that was killed: nobody else will remove it. */
export const isLeftover = (lab: Lab): boolean => lab.test === "gone";

/** A piece of a lab in podman. "services" are the object store of a test: other labs share one, which outlives them. */
export interface Part {
  readonly lab: string;
  readonly kind: "host" | "volume" | "network" | "services";
  readonly made: Date;
  readonly running: boolean;
}

/** All labs on this machine, by their names: whatever podman has of them, and what this checkout knows of them. */
export async function findLabs(): Promise<readonly Lab[]> {
  const [parts, known] = await Promise.all([partsInPodman(), labsInState()]);
  const files = (await readdir(PROJECT_ROOT)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return labsFrom(parts, known, files.filter(isTestLab), isRunning);
}

/** Pure, but for the question whether a process runs. */
export function labsFrom(
  parts: readonly Part[],
  known: readonly string[],
  testFiles: readonly string[],
  runs: (pid: number) => boolean,
): readonly Lab[] {
  const names = new Set([...parts.map((part) => part.lab), ...known, ...testFiles]);
  return [...names].sort().map((name) => {
    const own = parts.filter((part) => part.lab === name);
    const count = (kind: Part["kind"]) => own.filter((part) => part.kind === kind).length;
    const running = own.filter((part) => part.kind === "host" && part.running).length;
    const oldest = Math.min(...own.map((part) => part.made.getTime()));
    const pid = new RegExp(`^${TEST_PREFIX}(\\d+)`).exec(name)?.[1];
    return {
      name,
      running,
      stopped: count("host") - running,
      volumes: count("volume"),
      networks: count("network"),
      ...(own.length > 0 ? { made: new Date(oldest).toISOString() } : {}),
      known: known.includes(name),
      ...(pid === undefined ? {} : { test: runs(Number(pid)) ? ("running" as const) : ("gone" as const) }),
    };
  });
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 is only the question.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process runs all the same.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

const labels = z.record(z.string(), z.string()).nullish();
const containersSchema = z.array(
  z.object({ Names: z.array(z.string()), Labels: labels, State: z.string(), Created: z.number() }),
);
const volumesSchema = z.array(z.object({ Name: z.string(), Labels: labels, CreatedAt: z.coerce.date() }));
const networksSchema = z.array(z.object({ name: z.string(), labels, created: z.coerce.date() }));

async function partsInPodman(): Promise<readonly Part[]> {
  const [containers, volumes, networks] = await Promise.all([
    inPodman(containersSchema, "ps", "--all"),
    inPodman(volumesSchema, "volume", "ls"),
    inPodman(networksSchema, "network", "ls"),
  ]);
  return [
    ...containers.flatMap(({ Names: [name = ""], Labels, State, Created }) =>
      partOf("host", name, Labels, new Date(Created * 1000), State === "running"),
    ),
    ...volumes.flatMap(({ Name, Labels, CreatedAt }) => partOf("volume", Name, Labels, CreatedAt)),
    ...networks.flatMap((network) => partOf("network", network.name, network.labels, network.created)),
  ];
}

function partOf(
  kind: Part["kind"],
  name: string,
  labelled: z.infer<typeof labels>,
  made: Date,
  running = false,
): Part[] {
  const lab = labelled?.["holdfast"];
  if (lab !== undefined) return [{ lab, kind, made, running }];
  const tests = name.startsWith(servicesName(TEST_PREFIX)) && labelled?.["holdfast-services"] !== undefined;
  return tests ? [{ lab: name.slice(SERVICES_PREFIX.length), kind: "services", made, running }] : [];
}

async function inPodman<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> {
  const { stdout, stderr, shortMessage, failed } = await podman([...args, "--format", "json"]);
  if (failed) {
    throw new UserError(
      `podman does not answer: ${stderr.trim() || shortMessage}`,
      "./holdfast doctor says what this machine lacks",
    );
  }
  return schema.parse(JSON.parse(stdout));
}

const checkpointSchema = z.object({
  checkpoint: z.object({ latest: z.object({ resources: z.array(z.unknown()).nullish() }).nullish() }),
});

/** Labs whose resources this checkout's state has: after a destroy it has none of them. */
async function labsInState(): Promise<readonly string[]> {
  const folder = join(STATE, "stacks", "holdfast");
  const files = existsSync(folder) ? (await readdir(folder)).filter((file) => file.endsWith(".json")) : [];
  const found = await Promise.all(
    files.map(async (file) => {
      const { latest } = checkpointSchema.parse(
        JSON.parse(await readFile(join(folder, file), "utf8")),
      ).checkpoint;
      return (latest?.resources ?? []).length > 0 ? [file.slice(0, -".json".length)] : [];
    }),
  );
  return found.flat().filter(isLocal);
}
