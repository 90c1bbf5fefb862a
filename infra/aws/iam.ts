import { EXPIRED } from "../../components/barman/names.ts";
import type { HostRole } from "../../components/model.ts";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export const policyDocument = (statements: readonly Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** A bucket with backups, and the key that they are encrypted with. */
export interface EncryptedBucket {
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly region: string;
}

/** What a host's role names: known resources, and no others. */
export interface HostAccess {
  readonly host: string;
  readonly role: HostRole | "bastion";
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly cluster: string;
  readonly backups: EncryptedBucket;
  /** Another cluster's backups, from which this one is rebuilt. */
  readonly source: (EncryptedBucket & { readonly cluster: string }) | undefined;
}

/** Where a host tells its public SSH key; the program reads it there before it connects for the first time. */
export const hostKeyParameter = (cluster: string, host: string): string =>
  `/holdfast/${cluster}/${host}/ssh-host-key`;

/**
 * What a host may do, by its role. Everybody tells one thing, its own public key. Database and operations hosts put
 * backups and get them; nobody deletes any or shortens what they are kept for: that is the bucket's own business. The
 * operations host may mark what is no longer needed.
 */
export function hostPolicy(access: HostAccess): PolicyDocument {
  const { role, backups, source, cluster } = access;
  return policyDocument([
    {
      Sid: "TellOwnHostKey",
      Effect: "Allow",
      Action: ["ssm:PutParameter"],
      Resource: [
        `arn:${access.partition}:ssm:${access.region}:${access.account}:parameter${hostKeyParameter(cluster, access.host)}`,
      ],
    },
    ...(role === "proxy" || role === "bastion"
      ? []
      : [
          ...objects("Backups", backups, cluster, [...GET, "s3:PutObject", "s3:AbortMultipartUpload"]),
          ...(role === "operations" ? marks(backups, cluster) : []),
          ...encryption("Backups", backups, ["kms:GenerateDataKey", "kms:Decrypt"]),
          ...(source === undefined
            ? []
            : [
                ...objects("Source", source, source.cluster, GET),
                ...encryption("Source", source, ["kms:Decrypt"]),
              ]),
        ]),
  ]);
}

const GET = ["s3:GetObject", "s3:GetObjectVersion"];

/**
 * Under the cluster's own prefix, and the list of it. "IfExists", because Barman first asks whether there is such a
 * bucket, which is the same right and names no prefix.
 */
const objects = (
  what: string,
  { bucketArn }: EncryptedBucket,
  prefix: string,
  actions: readonly string[],
): Statement[] => [
  { Sid: `${what}Objects`, Effect: "Allow", Action: actions, Resource: [`${bucketArn}/${prefix}/*`] },
  {
    Sid: `${what}List`,
    Effect: "Allow",
    Action: ["s3:ListBucket", "s3:ListBucketVersions"],
    Resource: [bucketArn],
    Condition: { StringLikeIfExists: { "s3:prefix": [`${prefix}/*`] } },
  },
  { Sid: `${what}Where`, Effect: "Allow", Action: ["s3:GetBucketLocation"], Resource: [bucketArn] },
];

/** One tag, and none taken away. */
const marks = ({ bucketArn }: EncryptedBucket, prefix: string): Statement[] => [
  {
    Sid: "BackupsMarks",
    Effect: "Allow",
    Action: ["s3:GetObjectTagging"],
    Resource: [`${bucketArn}/${prefix}/*`],
  },
  {
    Sid: "BackupsMark",
    Effect: "Allow",
    Action: ["s3:PutObjectTagging"],
    Resource: [`${bucketArn}/${prefix}/*`],
    Condition: { StringEquals: { [`s3:RequestObjectTag/${EXPIRED.key}`]: EXPIRED.value } },
  },
];

const encryption = (
  what: string,
  { keyArn, region }: EncryptedBucket,
  actions: readonly string[],
): Statement[] => [
  {
    Sid: `${what}Key`,
    Effect: "Allow",
    Action: actions,
    Resource: [keyArn],
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
  },
];

/** What S3 itself may do to copy objects: read them there, and write the copies here. */
export const replicationPolicy = ({
  source,
  target,
}: {
  readonly source: EncryptedBucket;
  readonly target: EncryptedBucket;
}): PolicyDocument =>
  policyDocument([
    {
      Sid: "SourceBucket",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: [source.bucketArn],
    },
    {
      Sid: "SourceObjects",
      Effect: "Allow",
      Action: [
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
      ],
      Resource: [`${source.bucketArn}/*`],
    },
    {
      Sid: "TargetObjects",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: [`${target.bucketArn}/*`],
    },
    ...encryption("Source", source, ["kms:Decrypt"]),
    ...encryption("Target", target, ["kms:Encrypt", "kms:GenerateDataKey"]),
  ]);

/** Lets a service of Amazon take a role on; where it works for many accounts, only for this one. */
export const serviceTrust = (service: string, account: string | undefined = undefined): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Service",
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      ...(account === undefined ? {} : { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
    },
  ],
});
