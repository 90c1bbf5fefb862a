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

const policyDocument = (statements: readonly Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** What a host's role names: known resources, and no others. */
export interface HostAccess {
  readonly host: string;
  readonly role: HostRole;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly cluster: string;
  readonly bucketArn: string;
  readonly bucketKeyArn: string;
  /** Under which backups are, without a slash at its end. */
  readonly prefix: string;
}

/** Where a host tells its public SSH key; the program reads it there before it connects for the first time. */
export const hostKeyParameter = (cluster: string, host: string): string =>
  `/holdfast/${cluster}/${host}/ssh-host-key`;

/**
 * What a host may do, by its role. Everybody tells one thing, its own public key. Database and operations hosts put
 * backups and get them; nobody deletes any or shortens what they are kept for: that is the bucket's own business.
 */
export function hostPolicy(access: HostAccess): PolicyDocument {
  return policyDocument([
    {
      Sid: "TellOwnHostKey",
      Effect: "Allow",
      Action: ["ssm:PutParameter"],
      Resource: [
        `arn:${access.partition}:ssm:${access.region}:${access.account}:parameter${hostKeyParameter(access.cluster, access.host)}`,
      ],
    },
    ...(access.role === "proxy" ? [] : backupStatements(access)),
  ]);
}

const backupStatements = ({ bucketArn, bucketKeyArn, prefix, region }: HostAccess): Statement[] => [
  {
    Sid: "PutAndGetBackups",
    Effect: "Allow",
    Action: ["s3:PutObject", "s3:GetObject", "s3:GetObjectVersion", "s3:AbortMultipartUpload"],
    Resource: [`${bucketArn}/${prefix}/*`],
  },
  {
    Sid: "ListBackups",
    Effect: "Allow",
    Action: ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"],
    Resource: [bucketArn],
    Condition: { StringLikeIfExists: { "s3:prefix": [`${prefix}/*`] } },
  },
  {
    Sid: "EncryptBackups",
    Effect: "Allow",
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: [bucketKeyArn],
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
  },
];

/** Who may take a role on: instances of EC2. */
export const INSTANCE_TRUST: object = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Instances",
      Effect: "Allow",
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  ],
};

/** Refuses whoever comes to a bucket by plain HTTP. */
export const tlsOnly = (bucketArn: string): object => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/**
 * What the backup bucket refuses whoever asks: plain HTTP, and objects that are not encrypted with its key. An upload
 * that names no key gets the bucket's own.
 */
export const bucketPolicy = (bucketArn: string, keyArn: string): object => ({
  Version: "2012-10-17",
  Statement: [
    tlsOnly(bucketArn),
    {
      Sid: "OwnKeyOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: [`${bucketArn}/*`],
      Condition: { StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn } },
    },
  ],
});
