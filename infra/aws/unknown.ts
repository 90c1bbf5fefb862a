import type { HostPlan } from "../../components/model.ts";
import type { ConfigOnAws } from "../addresses.ts";
import type { Problem } from "../config/problems.ts";
import { problem } from "../config/rules/problem.ts";
import type { Findings } from "./findings.ts";
import { bucketsOf, logOf } from "./schema.ts";

/** Where the program has these, within the stack: another place would be another resource to the engine. */
const PLATFORM = "holdfast:aws:AwsPlatform";
const VPC = `${PLATFORM}$holdfast:aws:Network$aws:ec2/vpc:Vpc`;
const VOLUME = `${PLATFORM}$aws:ebs/volume:Volume`;
const BUCKET = `${PLATFORM}$holdfast:aws:BackupStore$aws:s3/bucket:Bucket`;

/**
 * Networks, data volumes and buckets that this stack has in the account and its state does not know: pure. The engine
 * would make them a second time, and hosts would begin with empty volumes beside those with the data.
 */
export function unknownToState(
  config: ConfigOnAws,
  stack: string,
  hosts: readonly HostPlan[],
  findings: Findings,
): Problem[] {
  const { state, network, volumes } = findings;
  const remains = [
    ...(network === undefined || state.has(`${VPC} ${stack}`) ? [] : [`the network ${network.id}`]),
    ...hosts.flatMap(({ name }) => {
      const volume = volumes.get(name);
      return volume === undefined || state.has(`${VOLUME} ${name}-volume`)
        ? []
        : [`the data volume of ${name}, ${volume.id}`];
    }),
  ];
  return remains.length > 0
    ? [
        problem(
          "aws",
          remains.join("; "),
          "nothing of this stack that its state does not know: it would be made a second time, and the data stay behind",
          'see whether this is the right backend: pulumi whoami --verbose; what to do after a lost state, or an update that was killed, is in docs/aws.md, "A state that was lost"',
        ),
      ]
    : bucketsUnknown(config, findings);
}

function bucketsUnknown({ aws: { backups } }: ConfigOnAws, { state, buckets }: Findings): Problem[] {
  const { bucket } = backups;
  // As the program names their resources.
  const known = (name: string) => state.has(`${BUCKET} backups${name.slice(bucket.length)}`);
  const left = bucketsOf(backups).filter(({ name }) => buckets.get(name)?.kind === "own" && !known(name));
  const refused = (name: string, path: string, got: unknown, change: string) =>
    problem(
      path,
      got,
      `a name of which nothing is left: the bucket ${name} of this account is there, and the state of this stack does not know it`,
      change,
    );
  return left.map(({ name }) => {
    if (!known(bucket)) {
      return refused(
        name,
        "aws.backups.bucket",
        bucket,
        'take another name: what an earlier stack has put into it stays readable there; after an update that was killed see docs/aws.md, "A state that was lost"',
      );
    }
    // The bucket itself is in use: another name for it would be another bucket.
    return name === logOf(bucket)
      ? refused(name, "aws.backups.bucket", bucket, `delete ${name}, which is only a log; the bucket stays`)
      : refused(
          name,
          "aws.backups.replica",
          backups.replica,
          "leave the copy out, or choose another region for it once that bucket is gone; aws.backups.bucket stays",
        );
  });
}
