import { describe, expect, test } from "vitest";
import { githubTrust, previewPolicy, updateStatePolicy } from "../../../../infra/aws/ci-policies.ts";
import type { PolicyDocument } from "../../../../infra/aws/iam.ts";
import { KNOWN_TYPES, recordNamesOf, updatePermissions } from "../../../../infra/aws/permissions.ts";
import { bucketsOf, replicaOf } from "../../../../infra/aws/schema.ts";

const KEY = "arn:aws:kms:us-east-1:123456789012:key/secrets";
const STATE = {
  partition: "aws",
  account: "123456789012",
  bucket: "state",
  stack: "production",
  secretsKeyArn: KEY,
};

const rights = (document: PolicyDocument) =>
  document.Statement.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => ({ action, resource }))),
  );

const allowedOn = (document: PolicyDocument, action: string) =>
  rights(document)
    .filter((right) => new RegExp(`^${right.action.replace("*", ".*")}$`).test(action))
    .map(({ resource }) => resource);

describe("who may take a role on", () => {
  test("is a job of one environment of one repository, named in full", () => {
    expect(githubTrust("arn:provider", "Example@12/holdfast@34", "production")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: expect.any(String),
          Effect: "Allow",
          Principal: { Federated: "arn:provider" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:sub": "repo:Example@12/holdfast@34:environment:production",
            },
          },
        },
      ],
    });
  });
});

describe("a preview", () => {
  const policy = previewPolicy(STATE);

  test("changes nothing", () => {
    for (const { action } of rights(policy)) {
      expect(action).toMatch(/^([a-z0-9]+:(Get|List|Describe)[A-Za-z]*\*?|kms:Decrypt)$/);
    }
  });

  test("reads no objects but the stack's own state", () => {
    for (const action of ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes"]) {
      for (const resource of allowedOn(policy, action)) {
        expect(resource).toMatch(
          /^arn:aws:s3:::state\/\.pulumi\/(meta\.yaml|stacks\/holdfast\/production\.(json\*|pulumi-tags))$/,
        );
      }
    }
    expect(allowedOn(policy, "s3:GetObject")).toHaveLength(3);
  });

  test("decrypts with the key of the secrets alone, and with none where a passphrase does it", () => {
    expect(allowedOn(policy, "kms:Decrypt")).toEqual([KEY]);
    expect(allowedOn(previewPolicy({ ...STATE, secretsKeyArn: undefined }), "kms:Decrypt")).toEqual([]);
  });

  test("reads nothing that hosts, clients or other programs have stored", () => {
    for (const action of [
      "ssm:GetParameter",
      "secretsmanager:GetSecretValue",
      "logs:GetLogEvents",
      "logs:FilterLogEvents",
      "ec2:GetConsoleOutput",
      "ec2:GetPasswordData",
      "ebs:GetSnapshotBlock",
    ]) {
      expect([action, allowedOn(policy, action)]).toEqual([action, []]);
    }
  });
});

describe("an update", () => {
  const policy = updateStatePolicy(STATE);

  test("writes the state of its own stack alone, and deletes nothing but its lock", () => {
    for (const action of ["s3:PutObject", "s3:DeleteObject"]) {
      for (const resource of allowedOn(policy, action)) {
        expect(resource).toMatch(/^arn:aws:s3:::state\/\.pulumi\/[a-z/]+\/holdfast\/production[./]/);
      }
    }
    expect(allowedOn(policy, "s3:DeleteObject")).toEqual([
      "arn:aws:s3:::state/.pulumi/locks/organization/holdfast/production/*",
    ]);
  });

  test("writes all that the engine was seen to write", () => {
    const patterns = allowedOn(policy, "s3:PutObject").map(
      (resource) => new RegExp(`^${resource.replaceAll(".", "\\.").replace("*", ".*")}$`),
    );
    for (const key of [
      "locks/organization/holdfast/production/1e0f.json",
      "stacks/holdfast/production.json",
      "stacks/holdfast/production.json.bak",
      "history/holdfast/production/production-1.history.json",
      "history/holdfast/production/production-1.checkpoint.json",
      "backups/holdfast/production/production.1.json",
    ]) {
      const object = `arn:aws:s3:::state/.pulumi/${key}`;
      expect([key, patterns.some((pattern) => pattern.test(object))]).toEqual([key, true]);
    }
  });
});

test("both policies of the role for updates fit into one role, however long the names are", () => {
  const stack = "s".repeat(40);
  const bucket = "b".repeat(51);
  const state = { ...STATE, stack, bucket: "s".repeat(63) };
  const update = updatePermissions(KNOWN_TYPES, {
    partition: "aws-us-gov",
    account: STATE.account,
    stack,
    cluster: "c".repeat(40),
    regions: ["ap-southeast-1", "ap-southeast-2"],
    buckets: bucketsOf({ bucket, replica: "ap-southeast-2", lockDays: 30, expireDays: 60 }).map(
      ({ name }) => name,
    ),
    foreignBuckets: [replicaOf(bucket)],
    recordNames: recordNamesOf("d".repeat(56), "n".repeat(56)),
  });
  const characters = [update, updateStatePolicy(state)].map((each) => JSON.stringify(each).length);
  // What the inline policies of a role may have in all (IAM User Guide, "IAM and AWS STS quotas").
  expect(characters.reduce((a, b) => a + b)).toBeLessThan(10_240);
});
