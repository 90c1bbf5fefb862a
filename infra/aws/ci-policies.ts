import { type PolicyDocument, policyDocument, type Statement } from "./iam.ts";
import { PROJECT } from "./state.ts";

const ISSUER = "token.actions.githubusercontent.com";

/** GitHub's own, as an account knows it; an account has it at most once. */
export const GITHUB = { url: `https://${ISSUER}`, audience: "sts.amazonaws.com" } as const;

/**
 * Lets jobs of one repository take a role on that run in one of its environments: GitHub asks the environment's reviewers
 * before it gives such a job its token. Names are compared as wholes; a pattern would let in whoever has a name like it.
 */
export const githubTrust = (providerArn: string, repository: string, environment: string): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "JobsOfOneEnvironment",
      Effect: "Allow",
      Principal: { Federated: providerArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${ISSUER}:aud`]: GITHUB.audience,
          [`${ISSUER}:sub`]: `repo:${repository}:environment:${environment}`,
        },
      },
    },
  ],
});

/** Where the engine keeps the state of one stack: a bucket that others may share. */
export interface StateAccess {
  readonly partition: string;
  readonly account: string;
  readonly bucket: string;
  readonly stack: string;
  /** Of the stack's secrets, or of the bucket; without one it is a passphrase that opens the state. */
  readonly secretsKeyArn: string | undefined;
}

const objects = ({ partition, bucket }: StateAccess, ...keys: readonly string[]): readonly string[] =>
  keys.map((key) => `arn:${partition}:s3:::${bucket}/.pulumi/${key}`);

/** The state itself, with the copy of before, and the stack's tags. */
const stateFiles = ({ stack }: StateAccess): readonly string[] => [
  `stacks/${PROJECT}/${stack}.json*`,
  `stacks/${PROJECT}/${stack}.pulumi-tags`,
];

const stateRead = (state: StateAccess, keyActions: readonly string[]): Statement[] => [
  {
    Sid: "StateRead",
    Effect: "Allow",
    Action: ["s3:GetObject"],
    Resource: objects(state, "meta.yaml", ...stateFiles(state)),
  },
  {
    // Also what makes S3 say of an object that it is not there, and not that it is forbidden.
    Sid: "StateList",
    Effect: "Allow",
    Action: ["s3:ListBucket"],
    Resource: [`arn:${state.partition}:s3:::${state.bucket}`],
  },
  ...(state.secretsKeyArn === undefined
    ? []
    : [
        {
          Sid: "StateSecrets",
          Effect: "Allow",
          Action: keyActions,
          Resource: [state.secretsKeyArn],
        } as const,
      ]),
];

/** What an update writes there: the lock while it runs, the state with its copy of before, and the history. */
export const updateStatePolicy = (state: StateAccess): PolicyDocument => {
  const { stack } = state;
  const own = `${PROJECT}/${stack}`;
  return policyDocument([
    ...stateRead(state, ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]),
    {
      Sid: "StateWrite",
      Effect: "Allow",
      Action: ["s3:PutObject"],
      Resource: objects(state, ...stateFiles(state), `history/${own}/*`, `backups/${own}/*`),
    },
    {
      Sid: "StateLock",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: objects(state, `locks/organization/${own}/*`),
    },
  ]);
};

/**
 * What a preview needs: the stack's state, and how its resources are configured. It writes nothing at all: previews do
 * not lock. Amazon's own policies for reading are wider than that. ReadOnlyAccess reads objects, which are the backups,
 * and parameters; ViewOnlyAccess and SecurityAudit grow with each service that comes. No right here is to anything that
 * hosts or clients have stored; the keys of hosts, which are in parameters, are read by updates alone.
 */
export const previewPolicy = (state: StateAccess): PolicyDocument => {
  const { partition, account } = state;
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${rest}`;
  const read = (Sid: string, Action: readonly string[], ...Resource: string[]): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  return policyDocument([
    ...stateRead(state, ["kms:Decrypt"]),
    // Amazon grants these for everything or not at all.
    read("SeeAll", ["ec2:Describe*", "elasticloadbalancing:Describe*", "kms:ListAliases"], "*"),
    read(
      "SeeBuckets",
      [
        // A bucket's configuration is named so, but for these; an object's is not.
        "s3:GetBucket*",
        "s3:GetAccelerateConfiguration",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListTagsForResource",
        // Whether there is a bucket of that name, which a change may have made up.
        "s3:ListBucket",
      ],
      arn("s3", "::*"),
    ),
    read(
      "SeeKeys",
      ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      arn("kms", `*:${account}:key/*`),
    ),
    read(
      "SeeRoles",
      [
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListRolePolicies",
        "iam:ListAttachedRolePolicies",
        "iam:GetInstanceProfile",
        "iam:GetOpenIDConnectProvider",
      ],
      ...["role", "instance-profile", "oidc-provider"].map((kind) => arn("iam", `:${account}:${kind}/*`)),
    ),
    read(
      "SeeLogGroups",
      ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
      arn("logs", `*:${account}:log-group:*`),
    ),
    read(
      "SeeNames",
      ["route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"],
      arn("route53", "::hostedzone/*"),
    ),
  ]);
};
