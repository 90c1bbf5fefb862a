import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { type AwsConfig, awsSchema } from "../aws/schema.ts";
import { NAMESPACE } from "./sections.ts";

/** What a stack's own rules have to know of the stack that it stands in for, or that stands in for it. */
export interface Peer {
  readonly stack: string;
  readonly cluster: string;
  readonly active: boolean;
  /** Whom it names as its own peer. */
  readonly names: string | undefined;
  readonly aws: AwsConfig;
}

/** Why nothing is known of a peer. */
export interface UnknownPeer {
  readonly stack: string;
  readonly because: "no file" | "unsound file";
}

const peerNameSchema = z.looseObject({ dr: z.looseObject({ peer: z.string() }) });

/** The name of the peer in a configuration that was not checked yet. */
export const peerNameIn = (raw: Readonly<Record<string, unknown>>): string | undefined =>
  peerNameSchema.safeParse(raw).data?.dr.peer;

/** From the file of the peer beside this stack's own: no state of it is read, because its region may be gone. */
export function readPeer(stack: string): Peer | UnknownPeer {
  const file = new URL(`../../Pulumi.${encodeURIComponent(stack)}.yaml`, import.meta.url);
  return peerFrom(stack, existsSync(file) ? readFileSync(file, "utf8") : undefined);
}

const sectionsSchema = z.object({
  aws: awsSchema,
  cluster: z.looseObject({ name: z.string().optional() }).default({}),
  dr: z.looseObject({ active: z.boolean().default(true), peer: z.string().optional() }).prefault({}),
});
const fileSchema = z.object({ config: z.record(z.string(), z.unknown()) });

/** Pure; undefined is a file that is not there. */
export function peerFrom(stack: string, text: string | undefined): Peer | UnknownPeer {
  if (text === undefined) return { stack, because: "no file" };
  try {
    const { config } = fileSchema.parse(parse(text));
    const section = (name: string) => config[NAMESPACE + name];
    const { aws, cluster, dr } = sectionsSchema.parse({
      aws: section("aws"),
      cluster: section("cluster"),
      dr: section("dr"),
    });
    return { stack, cluster: cluster.name ?? stack, active: dr.active, names: dr.peer, aws };
  } catch {
    return { stack, because: "unsound file" };
  }
}
