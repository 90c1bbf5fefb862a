import { execa } from "execa";
import { z } from "zod";
import { ensureEngine } from "../engine/install.ts";
import { PROJECT_ROOT } from "../project.ts";
import { report, UserError } from "../report.ts";
import { stackEnvironment } from "../setup/environment.ts";
import { accessSchema, reachSchema } from "./access.ts";

const outputsSchema = accessSchema.extend({
  postgresVersion: z.int(),
  domain: z.string(),
  endpoints: z.record(
    z.enum(["writer", "reader", "writerSession", "readerSession", "syncReaderSession"]),
    z.array(reachSchema),
  ),
  databases: z.array(z.string()),
  monitoring: reachSchema,
  monitoringPassword: z.string(),
  /** Only where there is Grafana. */
  grafana: reachSchema.optional(),
  grafanaPassword: z.string().optional(),
  objectStore: z.string(),
  certificateAuthority: z.string(),
  passwords: z.record(z.string(), z.string()),
});

/** The outputs of a stack, secrets in the clear: only for use in this process. */
export type Stack = z.infer<typeof outputsSchema> & { readonly name: string };
export type StackHost = Stack["hosts"][number];
export type Endpoint = keyof Stack["endpoints"];
export type Reach = Stack["endpoints"][Endpoint][number];

/** Asks the engine something about a stack that it answers as JSON. */
async function ask(name: string, args: readonly string[]) {
  const environment = await stackEnvironment(await ensureEngine(report), name);
  return execa("pulumi", ["stack", ...args, "--json", "--stack", name], {
    cwd: PROJECT_ROOT,
    env: environment,
    reject: false,
    timeout: 60_000,
  });
}

export async function readStack(name: string): Promise<Stack> {
  const { stdout, stderr, failed } = await ask(name, ["output", "--show-secrets"]);
  if (failed) {
    throw new UserError(
      `the stack "${name}" cannot be read: ${stderr.trim()}`,
      "create it first: npm run up",
    );
  }
  const parsed = outputsSchema.safeParse(JSON.parse(stdout));
  if (!parsed.success) {
    throw new UserError(
      `the stack "${name}" has not all of its outputs, as when its first update did not end`,
      "run the update again: npm run up",
    );
  }
  return { name, ...parsed.data };
}

export function hostNamed(stack: Stack, name: string): StackHost {
  const host = stack.hosts.find((each) => each.name === name);
  if (host === undefined) {
    throw new UserError(
      `there is no host "${name}" in the stack "${stack.name}"`,
      `name one of: ${stack.hosts.map((each) => each.name).join(", ")}`,
    );
  }
  return host;
}

/** While an update runs, it has neither a result nor an end. */
const historySchema = z.array(
  z.object({
    kind: z.string(),
    result: z.string().default("running"),
    startTime: z.string(),
    endTime: z.string().optional(),
  }),
);

/** The last update of a stack, or whatever else changed it. */
export interface LastChange {
  readonly kind: string;
  readonly result: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Undefined where the backend tells of none. */
export async function lastChangeOf(name: string): Promise<LastChange | undefined> {
  const { stdout, failed } = await ask(name, ["history", "--page-size", "1"]);
  const [last] = failed ? [] : historySchema.parse(JSON.parse(stdout));
  return last && { kind: last.kind, result: last.result, at: last.endTime ?? last.startTime };
}
