import { bucketsOf } from "../../aws/schema.ts";
import type { Peer, UnknownPeer } from "../peer.ts";
import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { onAws } from "./aws.ts";
import { overlap } from "./networks.ts";
import { problem } from "./problem.ts";

/** Rules between the files of two stacks that stand in for each other. */
export function peers(config: Config, stack: string, peer: Peer | UnknownPeer | undefined): Problem[] {
  const { dr } = config;
  if (dr.peer === stack) {
    return [problem("dr.peer", dr.peer, "another stack than this one", "name the other stack")];
  }
  if (peer === undefined) {
    return dr.fromBackups
      ? [
          problem(
            "dr.fromBackups",
            true,
            "given together with dr.peer, whose backups this cluster is rebuilt from",
            "pulumi config set --path 'holdfast:dr.peer' STACK",
          ),
        ]
      : [];
  }
  if ("because" in peer) return [unknown(peer)];
  return onAws((own) => [
    ...mutual(stack, peer),
    ...together(own, peer),
    ...(dr.fromBackups ? source(own, peer) : []),
  ])(config, stack);
}

const unknown = ({ stack, because }: UnknownPeer) =>
  because === "no file"
    ? problem(
        "dr.peer",
        stack,
        `a stack whose file is here: there is no Pulumi.${stack}.yaml beside this stack's`,
        "correct the name, or add that file",
      )
    : problem(
        "dr.peer",
        stack,
        `a stack on aws with a sound configuration, and that of Pulumi.${stack}.yaml is not`,
        `see what is wrong there: pulumi preview --stack ${stack}`,
      );

/** What one of the two does not know of, it does not refuse. */
const mutual = (stack: string, peer: Peer): Problem[] =>
  peer.names === stack
    ? []
    : [
        problem(
          "dr.peer",
          peer.stack,
          `a stack that names this one as its peer, and Pulumi.${peer.stack}.yaml names ${peer.names ?? "none"}`,
          `pulumi config set --stack ${peer.stack} --path 'holdfast:dr.peer' ${stack}`,
        ),
      ];

type Own = Parameters<Parameters<typeof onAws>[0]>[0];

function together({ dr, aws }: Own, peer: Peer): Problem[] {
  const buckets = (backups: Own["aws"]["backups"]) => bucketsOf(backups).map(({ name }) => name);
  const shared = buckets(aws.backups).find((name) => buckets(peer.aws.backups).includes(name));
  return [
    ...(dr.active && peer.active
      ? [
          problem(
            "dr.active",
            true,
            `false, because Pulumi.${peer.stack}.yaml says that ${peer.stack} is active: the service's name leads to one of the two`,
            `pulumi config set --path 'holdfast:dr.active' false, here or for ${peer.stack}`,
          ),
        ]
      : []),
    ...(aws.region === peer.aws.region
      ? [
          problem(
            "aws.region",
            aws.region,
            `another region than that of ${peer.stack}, which is to stand in when this one is lost`,
            "choose another region for one of the two",
          ),
        ]
      : []),
    ...(overlap(aws.network.cidr, peer.aws.network.cidr)
      ? [
          problem(
            "aws.network.cidr",
            aws.network.cidr,
            `addresses apart from those of ${peer.stack}, ${peer.aws.network.cidr}: the two networks could never be joined`,
            "pulumi config set --path 'holdfast:aws.network.cidr' 10.30.0.0/16",
          ),
        ]
      : []),
    ...(shared === undefined
      ? []
      : [
          problem(
            "aws.backups.bucket",
            aws.backups.bucket,
            `a bucket of its own: ${shared} is one of the cluster "${peer.cluster}" (Pulumi.${peer.stack}.yaml)`,
            "take another name",
          ),
        ]),
    ...(aws.dns.service === peer.aws.dns.service && aws.dns.zone === peer.aws.dns.zone
      ? []
      : [
          problem(
            "aws.dns",
            aws.dns,
            `the name and the zone of ${peer.stack}: ${JSON.stringify(peer.aws.dns)}; both serve under one name`,
            "say the same in both files",
          ),
        ]),
  ];
}

/** Of what a cluster is rebuilt must be in its own region: the other one may be gone. */
function source({ aws }: Own, peer: Peer): Problem[] {
  const { replica, bucket } = peer.aws.backups;
  return replica === aws.region
    ? []
    : [
        problem(
          "dr.fromBackups",
          true,
          `a peer that copies its backups to ${aws.region}, and ${peer.stack} copies ${bucket} ${replica === undefined ? "nowhere" : `to ${replica}`}`,
          `pulumi config set --stack ${peer.stack} --path 'holdfast:aws.backups.replica' ${aws.region}`,
        ),
      ];
}
