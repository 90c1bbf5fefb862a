import { type ConfigOnAws, isOnAws } from "../../infra/addresses.ts";
import { parseConfig } from "../../infra/config/parse.ts";
import type { Peer, UnknownPeer } from "../../infra/config/peer.ts";
import type { Problem } from "../../infra/config/problems.ts";

type Group = Readonly<Record<string, unknown>>;

/** The least that a cluster on AWS needs. */
export const LEAST = {
  region: "us-east-1",
  administrators: ["203.0.113.0/24"],
  backups: { bucket: "example-backups" },
};

/** A stack on AWS with these settings of the section, and these sections, besides the least. */
export function problemsOnAws(
  aws: Group,
  sections: Group = {},
  peer: Peer | UnknownPeer | undefined = undefined,
): readonly Problem[] {
  const parsed = parseConfig({ platform: "aws", aws: { ...LEAST, ...aws }, ...sections }, "blue", peer);
  return parsed.ok ? [] : parsed.problems;
}

/** The same, of a configuration that must be sound. */
export function configOnAws(aws: Group = {}, sections: Group = {}, peer?: Peer): ConfigOnAws {
  const parsed = parseConfig({ platform: "aws", aws: { ...LEAST, ...aws }, ...sections }, "blue", peer);
  if (!parsed.ok || !isOnAws(parsed.config)) throw new Error(JSON.stringify(parsed, null, 2));
  return parsed.config;
}
