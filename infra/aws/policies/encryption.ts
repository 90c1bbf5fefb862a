import { at, each, listAt, type Rule, said } from "./rule.ts";

const OWN_KEY = "a key of one's own (kmsKeyId)";

export const encryption: readonly Rule[] = [
  each(
    "volumes-encrypted",
    "Data volumes are encrypted with a key of one's own.",
    ["aws:ebs/volume:Volume"],
    (inputs) =>
      inputs["encrypted"] === true && said(inputs, "kmsKeyId")
        ? undefined
        : `the volume is to be encrypted, with ${OWN_KEY}`,
  ),
  each(
    "root-volumes-encrypted",
    "The volumes that machines boot from are encrypted with a key of one's own.",
    ["aws:ec2/instance:Instance"],
    (inputs) =>
      at(inputs, "rootBlockDevice", "encrypted") === true && said(inputs, "rootBlockDevice", "kmsKeyId")
        ? undefined
        : `rootBlockDevice is to be encrypted, with ${OWN_KEY}`,
  ),
  each(
    "logs-encrypted-and-kept-for-a-time",
    "Groups of logs are encrypted with a key of one's own, and end.",
    ["aws:cloudwatch/logGroup:LogGroup"],
    (inputs) =>
      !said(inputs, "kmsKeyId") || !(Number(inputs["retentionInDays"]) >= 1)
        ? `the group needs ${OWN_KEY}, and retentionInDays`
        : undefined,
  ),
  each(
    "keys-rotate",
    "Keys are renewed every year, and can be saved for weeks when somebody deletes them.",
    ["aws:kms/key:Key"],
    ({ enableKeyRotation, deletionWindowInDays }) =>
      enableKeyRotation === true && Number(deletionWindowInDays) >= 30
        ? undefined
        : "enableKeyRotation is to be true, and deletionWindowInDays 30",
  ),
  each(
    "buckets-encrypted",
    "What a bucket has no other wish for is encrypted.",
    ["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"],
    (inputs) =>
      listAt(inputs, "rules").some(
        (rule) => at(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm") !== undefined,
      )
        ? undefined
        : "a rule is to name sseAlgorithm",
  ),
];
