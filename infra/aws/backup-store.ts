import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accessLog } from "./access-log.ts";
import { lockedBucket } from "./bucket.ts";
import { key } from "./encryption.ts";
import { replication } from "./replication.ts";
import { type AwsConfig, logOf, replicaOf } from "./schema.ts";

export interface BackupStoreArgs {
  readonly stack: string;
  readonly region: string;
  readonly backups: AwsConfig["backups"];
  /** For how many days back every moment can be recovered. */
  readonly windowDays: number;
  readonly protect: boolean;
}

/** The bucket for backups, its copy in another region, and the log of who used either. All of it outlives the cluster. */
export class BackupStore extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  readonly key: aws.kms.Key;

  constructor(name: string, args: BackupStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:BackupStore", name, {}, opts);
    const { stack, region, backups, windowDays, protect } = args;
    const { bucket, replica, lockDays, expireDays } = backups;

    this.key = key(`${stack}-backups`, { purpose: `Backups in ${bucket}`, region, protect }, this);
    const source = lockedBucket(
      name,
      { bucket, region, keyArn: this.key.arn, lockDays, windowDays, expireDays, protect },
      this,
    );
    this.bucket = source.bucket;
    accessLog(`${name}-log`, { bucket: logOf(bucket), region, source: this.bucket, protect }, this);
    if (replica !== undefined) {
      const copy = replicaOf(bucket);
      const copyKey = key(
        `${stack}-backups-replica`,
        { purpose: `Backups in ${copy}`, region: replica, protect },
        this,
      );
      const target = lockedBucket(
        `${name}-replica`,
        { bucket: copy, region: replica, keyArn: copyKey.arn, lockDays, windowDays, expireDays, protect },
        this,
      );
      accessLog(
        `${name}-replica-log`,
        { bucket: logOf(copy), region: replica, source: target.bucket, protect },
        this,
      );
      replication(
        `${name}-replica`,
        {
          stack,
          source,
          sourceRegion: region,
          sourceKeyArn: this.key.arn,
          target,
          targetRegion: replica,
          targetKeyArn: copyKey.arn,
        },
        this,
      );
    }
    this.registerOutputs();
  }
}
