import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { key } from "./encryption.ts";
import { bucketPolicy, tlsOnly } from "./iam.ts";

export interface BackupStoreArgs {
  /** Of the bucket, in all of Amazon. */
  readonly bucket: string;
  /** For how long nobody can delete or overwrite what is in it. */
  readonly lockDays: number;
  /** After this, what is no longer the current version goes. */
  readonly expireDays: number;
}

const NEVER_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/**
 * The bucket for backups, which outlives every cluster: versions of all objects, locked against deletion for a time,
 * encrypted with a key of its own, by TLS alone, and never public. `destroy` leaves it with all that is in it.
 */
export class BackupStore extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  readonly key: aws.kms.Key;

  constructor(name: string, args: BackupStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:BackupStore", name, {}, opts);
    const child = { parent: this };
    const kept = { parent: this, protect: true, retainOnDelete: true };

    this.key = key(`${name}-key`, `Backups in ${args.bucket}`, this);
    this.bucket = new aws.s3.Bucket(
      name,
      // A lock can only be had from the beginning; versions come with it.
      { bucket: args.bucket, objectLockEnabled: true, forceDestroy: false, tags: { Name: args.bucket } },
      kept,
    );
    const bucket = this.bucket.id;
    const access = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket,
        ...NEVER_PUBLIC,
      },
      kept,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      kept,
    );
    const versions = new aws.s3.BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket,
        rules: [
          {
            bucketKeyEnabled: true,
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: this.key.arn },
          },
        ],
      },
      kept,
    );
    new aws.s3.BucketObjectLockConfiguration(
      name,
      { bucket, rule: { defaultRetention: { mode: "COMPLIANCE", days: args.lockDays } } },
      { ...kept, dependsOn: [versions] },
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket,
        rules: [
          {
            id: "end-of-versions",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: args.expireDays },
            expiration: { expiredObjectDeleteMarker: true },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
          },
        ],
      },
      { ...kept, dependsOn: [versions] },
    );
    new aws.s3.BucketPolicy(
      name,
      {
        bucket,
        policy: pulumi
          .all([this.bucket.arn, this.key.arn])
          .apply(([bucketArn, keyArn]) => JSON.stringify(bucketPolicy(bucketArn, keyArn))),
      },
      { ...kept, dependsOn: [access] },
    );
    this.#logAccess(name, args, child);
    this.registerOutputs();
  }

  /** Who read or wrote what; in a bucket of its own, for a bucket that logs into itself never rests. */
  #logAccess(name: string, args: BackupStoreArgs, child: pulumi.CustomResourceOptions): void {
    const log = new aws.s3.Bucket(
      `${name}-log`,
      { bucket: `${args.bucket}-log`, forceDestroy: false, tags: { Name: `${args.bucket}-log` } },
      { ...child, retainOnDelete: true },
    );
    new aws.s3.BucketPublicAccessBlock(
      `${name}-log`,
      {
        bucket: log.id,
        ...NEVER_PUBLIC,
      },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-log`,
      // The service that writes them knows no other key.
      { bucket: log.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      child,
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-log`,
      {
        bucket: log.id,
        rules: [{ id: "a-year", status: "Enabled", filter: { prefix: "" }, expiration: { days: 365 } }],
      },
      child,
    );
    new aws.s3.BucketPolicy(
      `${name}-log`,
      {
        bucket: log.id,
        policy: pulumi.all([log.arn, this.bucket.arn]).apply(([logArn, sourceArn]) =>
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              tlsOnly(logArn),
              {
                Sid: "AccessLogs",
                Effect: "Allow",
                Principal: { Service: "logging.s3.amazonaws.com" },
                Action: "s3:PutObject",
                Resource: [`${logArn}/*`],
                Condition: { ArnLike: { "aws:SourceArn": sourceArn } },
              },
            ],
          }),
        ),
      },
      child,
    );
    new aws.s3.BucketLogging(
      name,
      { bucket: this.bucket.id, targetBucket: log.id, targetPrefix: "access/" },
      child,
    );
  }
}
