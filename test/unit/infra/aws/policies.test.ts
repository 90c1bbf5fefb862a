import { describe, expect, test } from "vitest";
import type { Subject } from "../../../../infra/aws/policies/rule.ts";
import { RULES } from "../../../../infra/aws/policies/rules.ts";

type Case = readonly [rule: string, type: string, inputs: Record<string, unknown>, change?: Partial<Subject>];

const policy = (statement: object, key = "policy") => ({
  [key]: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "Any", Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:a"], ...statement }],
  }),
});
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const TCP = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
const NAME = { tags: { Name: "any" } };
const INSTANCE = "aws:ec2/instance:Instance";
const SOUND_INSTANCE = {
  ...NAME,
  rootBlockDevice: { encrypted: true, kmsKeyId: "key" },
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  associatePublicIpAddress: false,
  disableApiTermination: true,
  iamInstanceProfile: "profile",
};
const VOLUME = "aws:ebs/volume:Volume";
const KEY = "aws:kms/key:Key";
const SOUND_KEY = { ...NAME, enableKeyRotation: true, deletionWindowInDays: 30 };

/** Each fails one rule, and no other one. */
const FAILING: readonly Case[] = [
  ["volumes-encrypted", VOLUME, { ...NAME, encrypted: true }],
  ["volumes-encrypted", VOLUME, { ...NAME, encrypted: false, kmsKeyId: "key" }],
  ["root-volumes-encrypted", INSTANCE, { ...SOUND_INSTANCE, rootBlockDevice: { encrypted: true } }],
  ["logs-encrypted-and-kept-for-a-time", "aws:cloudwatch/logGroup:LogGroup", { kmsKeyId: "key" }],
  ["keys-rotate", KEY, { ...SOUND_KEY, enableKeyRotation: false }],
  ["keys-rotate", KEY, { ...SOUND_KEY, deletionWindowInDays: 7 }],
  [
    "buckets-encrypted",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    { rules: [] },
  ],
  [
    "metadata-by-token",
    INSTANCE,
    { ...SOUND_INSTANCE, metadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 1 } },
  ],
  [
    "metadata-by-token",
    INSTANCE,
    { ...SOUND_INSTANCE, metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 } },
  ],
  ["no-public-address", INSTANCE, { ...SOUND_INSTANCE, associatePublicIpAddress: true }],
  ["no-public-subnet-by-default", "aws:ec2/subnet:Subnet", { ...NAME, mapPublicIpOnLaunch: true }],
  ["machines-protected", INSTANCE, { ...SOUND_INSTANCE, disableApiTermination: false }],
  [
    "role-for-each-machine",
    INSTANCE,
    Object.fromEntries(Object.entries(SOUND_INSTANCE).filter(([key]) => key !== "iamInstanceProfile")),
  ],
  ["only-the-bastion-is-public", "aws:ec2/eip:Eip", NAME, { name: "db-1" }],
  ["not-in-from-everywhere", INGRESS, { ...TCP, cidrIpv4: "0.0.0.0/0" }],
  ["not-in-from-everywhere", INGRESS, { ...TCP, cidrIpv4: "128.0.0.0/1" }],
  ["not-in-from-everywhere", INGRESS, { ...TCP, cidrIpv6: "::/0" }],
  [
    "no-wide-inline-rules",
    "aws:ec2/securityGroup:SecurityGroup",
    { ...NAME, ingress: [{ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }] },
  ],
  ["one-port-a-rule", INGRESS, { ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" }],
  ["one-port-a-rule", INGRESS, { ...TCP, toPort: 65_535, cidrIpv4: "10.0.0.0/8" }],
  [
    "default-group-closed",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    { ingress: [], egress: [{ protocol: "-1" }] },
  ],
  [
    "balancers-internal",
    "aws:lb/loadBalancer:LoadBalancer",
    { ...NAME, internal: false, enableDeletionProtection: true },
  ],
  ["flows-logged", "aws:ec2/vpc:Vpc", { ...NAME }],
  ["buckets-not-emptied", "aws:s3/bucket:Bucket", { ...NAME, forceDestroy: true }, { name: "complete" }],
  ["statements-named", ROLE_POLICY, policy({ Sid: undefined })],
  ["least-privilege", ROLE_POLICY, policy({ Action: ["s3:*"] })],
  ["least-privilege", ROLE_POLICY, policy({ Action: "*" })],
  ["least-privilege", ROLE_POLICY, policy({ Resource: "*" })],
  ["least-privilege", KEY, { ...SOUND_KEY, ...policy({ Action: "kms:*", Resource: "*" }) }],
  ["rights-say-what-is-allowed", ROLE_POLICY, policy({ Action: undefined, NotAction: ["iam:*"] })],
  ["nobody-is-everybody", "aws:iam/role:Role", policy({ Principal: "*" }, "assumeRolePolicy")],
  ["nobody-is-everybody", "aws:iam/role:Role", policy({ Principal: { AWS: "*" } }, "assumeRolePolicy")],
  ["data-protected", VOLUME, { ...NAME, encrypted: true, kmsKeyId: "key" }, { protect: false }],
  ["data-protected", KEY, SOUND_KEY, { protect: false }],
  [
    "names-kept",
    "aws:lb/loadBalancer:LoadBalancer",
    { ...NAME, internal: true, enableDeletionProtection: false },
  ],
  ["whose-it-is", "pulumi:providers:aws", { defaultTags: { tags: { Project: "holdfast", Stack: "blue" } } }],
  ["whose-it-is", "pulumi:providers:aws", { defaultTags: '{"tags":{"Project":"holdfast"}}' }],
  ["what-it-is", VOLUME, { encrypted: true, kmsKeyId: "key", tags: { Project: "holdfast" } }],
];

const subject = (type: string, inputs: Record<string, unknown>, change: Partial<Subject> = {}): Subject => ({
  urn: `urn::${type}`,
  type,
  name: "any",
  protect: true,
  inputs,
  ...change,
});

const ALL_BLOCKED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** A bucket for backups with all that belongs to it. */
const BUCKET: readonly Subject[] = [
  subject("aws:s3/bucket:Bucket", { ...NAME, objectLockEnabled: true }),
  subject("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", ALL_BLOCKED),
  subject(
    "aws:s3/bucketPolicy:BucketPolicy",
    policy({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
  ),
  subject("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
  }),
  subject("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {
    rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } },
  }),
  subject("aws:s3/bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
  subject("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
    rules: [
      { filter: { prefix: "" }, expiration: { expiredObjectDeleteMarker: true } },
      { filter: { tag: { key: "any", value: "any" } }, expiration: { days: 1 } },
    ],
  }),
];

/** The same with another part in the place of one. */
const bucketWith = (type: string, inputs: Record<string, unknown> | undefined): readonly Subject[] =>
  BUCKET.flatMap((part) => {
    if (!part.type.endsWith(`:${type}`)) return [part];
    return inputs === undefined ? [] : [{ ...part, inputs }];
  });

const FAILING_BUCKETS: readonly (readonly [rule: string, subjects: readonly Subject[]])[] = [
  ["buckets-never-public", bucketWith("BucketPublicAccessBlock", undefined)],
  [
    "buckets-never-public",
    bucketWith("BucketPublicAccessBlock", { ...ALL_BLOCKED, blockPublicPolicy: false }),
  ],
  ["buckets-by-tls", bucketWith("BucketPolicy", policy({ Principal: { AWS: "arn" } }))],
  ["buckets-encrypt", bucketWith("BucketServerSideEncryptionConfiguration", undefined)],
  ["backups-locked", bucketWith("BucketObjectLockConfiguration", undefined)],
  [
    "backups-locked",
    bucketWith("BucketObjectLockConfiguration", {
      rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } },
    }),
  ],
  [
    "backups-in-versions",
    bucketWith("BucketVersioning", { versioningConfiguration: { status: "Suspended" } }),
  ],
  ["backups-end", bucketWith("BucketLifecycleConfiguration", { rules: [] })],
  [
    "backups-never-end-by-age",
    bucketWith("BucketLifecycleConfiguration", {
      rules: [{ filter: { prefix: "" }, expiration: { days: 90 } }],
    }),
  ],
];

const broken = (subjects: readonly Subject[]) =>
  RULES.flatMap((rule) => rule.violations(subjects).map(({ message }) => ({ rule: rule.name, message })));

describe("the policies", () => {
  test.each(FAILING.map(([rule, type, inputs, change]) => ({ rule, type, inputs, change })))(
    "find by $rule that $type may not be $inputs",
    ({ rule, type, inputs, change }) => {
      // Whatever is said of a bucket belongs to one that is complete.
      const around = BUCKET.filter((part) => part.type !== "aws:s3/bucket:Bucket").map((part) => ({
        ...part,
        name: "complete",
      }));
      const found = broken([subject(type, inputs, change), ...around]);
      expect(found.map((each) => each.rule)).toEqual([rule]);
      expect(found[0]?.message).not.toBe("");
    },
  );

  test("find nothing wrong with a bucket that is complete", () => {
    expect(broken(BUCKET)).toEqual([]);
  });

  test.each(FAILING_BUCKETS)("find by %s what a bucket lacks", (rule, subjects) => {
    expect(broken(subjects).map((each) => each.rule)).toEqual([rule]);
  });

  test("each have an example that fails", () => {
    const shown = new Set([...FAILING.map(([rule]) => rule), ...FAILING_BUCKETS.map(([rule]) => rule)]);
    expect([...shown].sort()).toEqual(RULES.map(({ name }) => name).sort());
  });

  test("take what is not known yet for no fault", () => {
    expect(broken([subject(ROLE_POLICY, { policy: undefined })])).toEqual([]);
  });
});
