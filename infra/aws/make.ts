import type { ConfigOnAws } from "../addresses.ts";
import { refusal, withoutFrames } from "../config/load.ts";
import type { Peer } from "../config/peer.ts";
import type { LookedAt } from "./findings.ts";
import { foreignAccount, judge } from "./judge.ts";
import { accountOf, look } from "./look.ts";
import { AwsPlatform, type AwsPlatformArgs } from "./platform.ts";
import { bucketsOf, replicaOf } from "./schema.ts";
import { inState } from "./state.ts";

/**
 * The platform of EC2, after a look at the account: what an update would fail on half-way is refused before the first
 * resource, in a preview already.
 */
export async function awsPlatform(args: Omit<AwsPlatformArgs, "source">): Promise<AwsPlatform> {
  const { config, topology, stack, peer } = args;
  const { region } = config.aws;
  const elsewhere = foreignAccount(config, await asked(region, accountOf(region)));
  if (elsewhere.length > 0) throw refusal(stack, elsewhere);
  const [state, looked] = await Promise.all([inState(stack), asked(region, lookAround(config, stack, peer))]);
  const findings = { ...looked, state };
  const problems = judge(config, stack, topology.hosts, findings, peer);
  if (problems.length > 0) throw refusal(stack, problems);
  return new AwsPlatform("aws", { ...args, source: sourceIn(findings, config, peer) });
}

function lookAround(config: ConfigOnAws, stack: string, peer: Peer | undefined): Promise<LookedAt> {
  const { region, backups } = config.aws;
  return look(config, stack, [
    ...bucketsOf(backups, region),
    ...(peer === undefined ? [] : [{ name: replicaOf(peer.aws.backups.bucket), region }]),
  ]);
}

/** Says in words for the user that AWS does not answer. */
async function asked<T>(region: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw withoutFrames(
      `AWS cannot be asked what there is in ${region}; nothing was changed.\n\n    cause    ${cause}\n    next     see whose credentials these are: aws sts get-caller-identity; what they must be allowed is in docs/aws.md\n`,
    );
  }
}

function sourceIn(
  findings: LookedAt,
  config: ConfigOnAws,
  peer: Peer | undefined,
): AwsPlatformArgs["source"] {
  if (peer === undefined || !config.dr.fromBackups) return undefined;
  const bucket = replicaOf(peer.aws.backups.bucket);
  const found = findings.buckets.get(bucket);
  if (found?.kind !== "own" || found.keyArn === undefined) return undefined;
  return { bucket, keyArn: found.keyArn, cluster: peer.cluster };
}
