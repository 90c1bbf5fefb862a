import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./account.ts";
import { neverPublic } from "./bucket.ts";
import { tlsOnly } from "./bucket-policy.ts";

const KEPT_DAYS = 365;

/** Who read or wrote what in a bucket; in a bucket of its own, for one that logs into itself never rests. */
export function accessLog(
  name: string,
  args: {
    readonly bucket: string;
    readonly region: string;
    readonly source: aws.s3.Bucket;
    readonly protect: boolean;
  },
  parent: pulumi.Resource,
): void {
  const kept = { parent, protect: args.protect, retainOnDelete: true };
  const log = new aws.s3.Bucket(
    name,
    { bucket: args.bucket, region: args.region, forceDestroy: false, tags: { Name: args.bucket } },
    kept,
  );
  const at = { bucket: log.id, region: args.region };
  const access = neverPublic(name, at, kept);
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    // The service that writes them knows no other key.
    { ...at, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    kept,
  );
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      ...at,
      rules: [{ id: "a-year", status: "Enabled", filter: { prefix: "" }, expiration: { days: KEPT_DAYS } }],
    },
    kept,
  );
  const account = accountOf(parent, (whose) => whose.account);
  const policy = new aws.s3.BucketPolicy(
    name,
    {
      ...at,
      policy: pulumi.all([log.arn, args.source.arn, account]).apply(([logArn, sourceArn, owner]) =>
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
              Condition: {
                ArnLike: { "aws:SourceArn": sourceArn },
                StringEquals: { "aws:SourceAccount": owner },
              },
            },
          ],
        }),
      ),
    },
    { ...kept, dependsOn: [access] },
  );
  new aws.s3.BucketLogging(
    name,
    { bucket: args.source.id, region: args.region, targetBucket: log.id, targetPrefix: "access/" },
    { ...kept, dependsOn: [policy] },
  );
}
