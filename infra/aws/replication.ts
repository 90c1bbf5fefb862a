import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./account.ts";
import type { VersionedBucket } from "./bucket.ts";
import { replicationPolicy, serviceTrust } from "./iam.ts";
import { rolePath } from "./permissions.ts";

/** Within which Amazon promises that an object is copied, and counts those that are late (S3 Replication Time Control). */
const PROMISED_MINUTES = 15;

export interface ReplicationArgs {
  readonly stack: string;
  readonly source: VersionedBucket;
  readonly sourceRegion: string;
  readonly sourceKeyArn: pulumi.Output<string>;
  readonly target: VersionedBucket;
  readonly targetRegion: string;
  readonly targetKeyArn: pulumi.Output<string>;
}

/** Copies every new object to another region; what is deleted here stays there, and what is marked here is marked there. */
export function replication(name: string, args: ReplicationArgs, parent: pulumi.Resource): void {
  const { source, target } = args;
  const role = new aws.iam.Role(
    name,
    {
      path: rolePath(args.stack),
      assumeRolePolicy: accountOf(parent, ({ account }) =>
        JSON.stringify(serviceTrust("s3.amazonaws.com", account)),
      ),
      description: "Copies backups to another region",
      tags: { Name: name },
    },
    { parent },
  );
  const granted = new aws.iam.RolePolicy(
    name,
    {
      role: role.name,
      policy: pulumi
        .all([source.bucket.arn, args.sourceKeyArn, target.bucket.arn, args.targetKeyArn])
        .apply(([sourceArn, sourceKeyArn, targetArn, targetKeyArn]) =>
          JSON.stringify(
            replicationPolicy({
              source: { bucketArn: sourceArn, keyArn: sourceKeyArn, region: args.sourceRegion },
              target: { bucketArn: targetArn, keyArn: targetKeyArn, region: args.targetRegion },
            }),
          ),
        ),
    },
    { parent },
  );
  new aws.s3.BucketReplicationConfig(
    name,
    {
      bucket: source.bucket.id,
      region: args.sourceRegion,
      role: role.arn,
      rules: [
        {
          id: "everything",
          status: "Enabled",
          priority: 1,
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: target.bucket.arn,
            storageClass: "STANDARD_IA",
            encryptionConfiguration: { replicaKmsKeyId: args.targetKeyArn },
            replicationTime: { status: "Enabled", time: { minutes: PROMISED_MINUTES } },
            metrics: { status: "Enabled", eventThreshold: { minutes: PROMISED_MINUTES } },
          },
        },
      ],
    },
    { parent, dependsOn: [source.versioning, target.versioning, granted] },
  );
}
