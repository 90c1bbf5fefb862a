import { readFile } from "node:fs/promises";
import { z } from "zod";
import { MAINTENANCE_MARK } from "../../components/paths.ts";
import { withVariables } from "../../components/remote/shell.ts";
import { clusterViewSchema } from "../operations/view.ts";
import { messageOf } from "../report.ts";
import type { Stack, StackHost } from "./outputs.ts";
import { runOnHost } from "./ssh.ts";

const serverSchema = z.object({
  banner: z.string(),
  version: z.string(),
  inRecovery: z.boolean(),
  pendingRestart: z.int(),
  standbys: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      sync: z.string(),
      lagBytes: z.number().nullable(),
      lagSeconds: z.number(),
    }),
  ),
});
const etcdSchema = z.array(z.object({ health: z.boolean() }));
const patroniVersionSchema = z.object({ version: z.string() });
const etcdVersionSchema = z.array(z.object({ version: z.string() }));

/** What one database host says about itself; a part is undefined when its daemon does not answer. */
export interface MemberFacts {
  readonly host: StackHost;
  readonly server?: z.infer<typeof serverSchema>;
  readonly patroni?: z.infer<typeof clusterViewSchema>;
  readonly etcdHealthy: boolean;
  /** An operator took the host out of service. */
  readonly inMaintenance: boolean;
  readonly patroniVersion?: string;
  readonly etcdVersion?: string;
  /** Why the host itself could not be asked. */
  readonly problem?: string;
}

/** Asks all database hosts at the same time. */
export async function memberFacts(stack: Stack): Promise<readonly MemberFacts[]> {
  const script = withVariables(
    { mark: MAINTENANCE_MARK },
    await readFile(new URL("./member-facts.sh", import.meta.url), "utf8"),
  );
  const hosts = stack.hosts.filter((host) => host.role === "database");
  return Promise.all(
    hosts.map(async (host) => {
      try {
        return { host, ...parseFacts((await runOnHost(stack, host, script)).stdout) };
      } catch (error) {
        return {
          host,
          etcdHealthy: false,
          inMaintenance: false,
          problem: messageOf(error),
        };
      }
    }),
  );
}

/** From the lines that member-facts.sh prints. */
function parseFacts(text: string): Omit<MemberFacts, "host" | "problem"> {
  const documents = new Map(
    text.split("\n").map((line): [string, string] => {
      const tab = line.indexOf("\t");
      return [line.slice(0, tab), line.slice(tab + 1)];
    }),
  );
  const read = <T>(name: string, schema: z.ZodType<T>): T | undefined => {
    const document = documents.get(name) ?? "";
    return document.startsWith("{") || document.startsWith("[")
      ? schema.parse(JSON.parse(document))
      : undefined;
  };
  const server = read("server", serverSchema);
  const patroni = read("patroni", clusterViewSchema);
  const patroniVersion = read("patroni-version", patroniVersionSchema)?.version;
  const etcdVersion = read("etcd-version", etcdVersionSchema)?.[0]?.version;
  return {
    ...(server ? { server } : {}),
    ...(patroni ? { patroni } : {}),
    ...(patroniVersion ? { patroniVersion } : {}),
    ...(etcdVersion ? { etcdVersion } : {}),
    inMaintenance: documents.get("maintenance") === '{"on":true}',
    etcdHealthy: read("etcd", etcdSchema)?.every((member) => member.health) ?? false,
  };
}
