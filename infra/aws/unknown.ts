import type { HostPlan } from "../../components/model.ts";
import type { ConfigOnAws } from "../addresses.ts";
import type { Problem } from "../config/problems.ts";
import { problem } from "../config/rules/problem.ts";
import type { Findings } from "./findings.ts";
import { bucketsOf } from "./schema.ts";

/**
 * What this stack has in the account and its state does not know: pure. The engine would make it a second time, and hosts
 * would begin with empty volumes beside those with the data.
 */
export function unknownToState(
  config: ConfigOnAws,
  hosts: readonly HostPlan[],
  { state, network, volumes, buckets }: Findings,
): Problem[] {
  const remains = [
    ...(network === undefined || [...state].some((each) => each.startsWith("aws:ec2/vpc:Vpc "))
      ? []
      : [`the network ${network.id}`]),
    ...hosts.flatMap(({ name }) => {
      const volume = volumes.get(name);
      return volume === undefined || state.has(`aws:ebs/volume:Volume ${name}-volume`)
        ? []
        : [`the data volume of ${name}, ${volume.id}`];
    }),
  ];
  if (remains.length > 0) {
    return [
      problem(
        "aws",
        remains.join("; "),
        "nothing of this stack that its state does not know: it would be made a second time, and the data stay behind",
        'see whether this is the right backend: pulumi whoami --verbose; a state that was lost is brought back as docs/aws.md says, "A state that was lost"',
      ),
    ];
  }
  const { backups } = config.aws;
  return bucketsOf(backups).flatMap(({ name }) =>
    buckets.get(name)?.kind === "own" &&
    !state.has(`aws:s3/bucket:Bucket ${resourceOf(name, backups.bucket)}`)
      ? [
          problem(
            "aws.backups.bucket",
            backups.bucket,
            `a name of which nothing is left: the bucket ${name} of this account is there, and the state of this stack does not know it`,
            "take another name: what an earlier stack has put into it stays readable there",
          ),
        ]
      : [],
  );
}

/** How the program names a bucket's resource. */
const resourceOf = (name: string, bucket: string): string => `backups${name.slice(bucket.length)}`;
