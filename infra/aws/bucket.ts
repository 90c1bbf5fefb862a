import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EXPIRED } from "../../components/barman/names.ts";
import { bucketPolicy } from "./bucket-policy.ts";

export interface BucketArgs {
  /** In all of Amazon. */
  readonly bucket: string;
  readonly region: string;
  readonly keyArn: pulumi.Input<string>;
  /** For how long nobody can delete or overwrite what is in it. */
  readonly lockDays: number;
  /** What is younger stays the current version, whoever marked it as expired. */
  readonly windowDays: number;
  /** After this, what is no longer the current version goes. */
  readonly expireDays: number;
  readonly protect: boolean;
}

/** A bucket, and that versions of its objects are kept, which a copy elsewhere wants first. */
export interface VersionedBucket {
  readonly bucket: aws.s3.Bucket;
  readonly versioning: aws.s3.BucketVersioning;
}

const NEVER_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/**
 * A bucket that outlives whatever writes into it: versions of all objects, locked against deletion for a time, encrypted
 * with a key of its own, by TLS alone, and never public. `destroy` leaves it with all that is in it.
 */
export function lockedBucket(name: string, args: BucketArgs, parent: pulumi.Resource): VersionedBucket {
  const kept = { parent, protect: args.protect, retainOnDelete: true };
  const made = new aws.s3.Bucket(
    name,
    {
      bucket: args.bucket,
      region: args.region,
      // A lock can only be had from the beginning; versions come with it.
      objectLockEnabled: true,
      forceDestroy: false,
      tags: { Name: args.bucket },
    },
    kept,
  );
  const at = { bucket: made.id, region: args.region };
  const access = neverPublic(name, at, kept);
  const versioning = new aws.s3.BucketVersioning(
    name,
    { ...at, versioningConfiguration: { status: "Enabled" } },
    kept,
  );
  const afterVersions = { ...kept, dependsOn: [versioning] };
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    {
      ...at,
      rules: [
        {
          bucketKeyEnabled: true,
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
        },
      ],
    },
    kept,
  );
  new aws.s3.BucketObjectLockConfiguration(
    name,
    { ...at, rule: { defaultRetention: { mode: "COMPLIANCE", days: args.lockDays } } },
    afterVersions,
  );
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      ...at,
      rules: [
        {
          id: "end-of-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: args.expireDays },
          expiration: { expiredObjectDeleteMarker: true },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
        },
        {
          // Never by age alone: were no backups taken any more, the last good one would go.
          id: "end-of-what-is-expired",
          status: "Enabled",
          filter: { tag: { key: EXPIRED.key, value: EXPIRED.value } },
          expiration: { days: args.windowDays },
        },
      ],
    },
    afterVersions,
  );
  new aws.s3.BucketPolicy(
    name,
    {
      ...at,
      policy: pulumi
        .all([made.arn, args.keyArn])
        .apply(([bucketArn, keyArn]) => JSON.stringify(bucketPolicy(bucketArn, keyArn))),
    },
    { ...kept, dependsOn: [access] },
  );
  return { bucket: made, versioning };
}

/** Nobody outside, and no owner of an object but the bucket's. */
export function neverPublic(
  name: string,
  at: { readonly bucket: pulumi.Input<string>; readonly region: string },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  new aws.s3.BucketOwnershipControls(name, { ...at, rule: { objectOwnership: "BucketOwnerEnforced" } }, opts);
  return new aws.s3.BucketPublicAccessBlock(name, { ...at, ...NEVER_PUBLIC }, opts);
}
