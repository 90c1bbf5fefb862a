import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * A key of one's own, renewed every year, that outlives its stack: what it has encrypted is lost without it. The account
 * says by its own policies who may use it, but for the service that is named here.
 */
export function key(
  name: string,
  args: {
    readonly purpose: string;
    readonly region: string;
    readonly protect: boolean;
    readonly policy?: pulumi.Input<string>;
  },
  parent: pulumi.Resource,
): aws.kms.Key {
  const { purpose, region, protect, policy } = args;
  const made = new aws.kms.Key(
    name,
    {
      description: purpose,
      region,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { Name: name },
      ...(policy === undefined ? {} : { policy }),
    },
    { parent, protect, retainOnDelete: true },
  );
  new aws.kms.Alias(
    name,
    { name: `alias/holdfast/${name}`, region, targetKeyId: made.keyId },
    // Only a name, which the next stack of this one's can have; the key itself stays.
    { parent },
  );
  return made;
}

/** Lets the log service of one region encrypt one account's logs, besides what the account itself allows. */
export const logKeyPolicy = (partition: string, account: string, region: string, group: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountDecides",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "LogsOfThisNetwork",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:ReEncrypt*"],
        Resource: "*",
        Condition: {
          ArnEquals: {
            "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:${group}`,
          },
        },
      },
    ],
  });
