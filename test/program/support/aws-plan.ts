import type { Topology } from "../../../components/model.ts";
import { addressesOf } from "../../../infra/addresses.ts";
import { parseConfig } from "../../../infra/config/parse.ts";
import { peerNameIn, readPeer } from "../../../infra/config/peer.ts";
import type { Config } from "../../../infra/config/schema.ts";
import { planCluster } from "../../../infra/plan.ts";
import { type AwsStack, sectionsOfStack } from "./aws-stacks.ts";

interface Planned {
  readonly aws: NonNullable<Config["aws"]>;
  readonly topology: Topology;
  readonly window: number;
}

/** What a stack on AWS that is in the repository comes to, before anything is made. */
export function planned(stack: AwsStack): Planned {
  const raw = sectionsOfStack(stack);
  const peer = peerNameIn(raw);
  const parsed = parseConfig(raw, stack, peer === undefined ? undefined : readPeer(peer));
  if (!parsed.ok || parsed.config.aws === undefined) {
    throw new Error(`Pulumi.${stack}.yaml is refused: ${JSON.stringify(parsed, null, 2)}`);
  }
  const { topology } = planCluster(parsed.config, addressesOf(parsed.config, stack));
  return { aws: parsed.config.aws, topology, window: parsed.config.backups.recoveryWindowDays };
}
