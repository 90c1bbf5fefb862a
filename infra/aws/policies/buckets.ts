import { at, each, listAt, type Rule, type Subject } from "./rule.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const BLOCKS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** What belongs to a bucket bears the bucket's name in the program. */
const partOf = (subjects: readonly Subject[], bucket: Subject, type: string): Subject | undefined =>
  subjects.find((subject) => subject.type === type && subject.name === bucket.name);

const complete = (
  name: string,
  description: string,
  of: (bucket: Subject) => boolean,
  type: string,
  good: (inputs: Subject["inputs"]) => boolean,
  message: string,
): Rule => ({
  name,
  description,
  violations: (subjects) =>
    subjects
      .filter((subject) => subject.type === BUCKET && of(subject))
      .filter((bucket) => {
        const part = partOf(subjects, bucket, type);
        return part === undefined || !good(part.inputs);
      })
      .map((subject) => ({ subject, message })),
});

const every = () => true;
const locked = ({ inputs }: Subject) => inputs["objectLockEnabled"] === true;

const endsByAge = (lifecycle: unknown): boolean =>
  ["days", "date"].some((key) => at(lifecycle, "expiration", key) !== undefined);
const hasMark = (lifecycle: unknown): boolean => at(lifecycle, "filter", "tag", "key") !== undefined;

/** Known only when the bucket is there; the program's own tests see it in a preview as undefined. */
const statements = (policy: unknown): readonly unknown[] | undefined =>
  typeof policy === "string" ? listAt(JSON.parse(policy), "Statement") : undefined;

export const buckets: readonly Rule[] = [
  each("buckets-not-emptied", "No bucket is deleted with what is in it.", [BUCKET], ({ forceDestroy }) =>
    forceDestroy === true ? "forceDestroy is to be false" : undefined,
  ),
  complete(
    "buckets-never-public",
    "No bucket, and nothing in it, can be made public.",
    every,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    (inputs) => BLOCKS.every((block) => inputs[block] === true),
    `the bucket needs a BucketPublicAccessBlock with all of ${BLOCKS.join(", ")}`,
  ),
  complete(
    "buckets-by-tls",
    "A bucket is reached by TLS alone.",
    every,
    "aws:s3/bucketPolicy:BucketPolicy",
    ({ policy }) =>
      statements(policy)?.some(
        (statement) =>
          at(statement, "Effect") === "Deny" &&
          at(statement, "Condition", "Bool", "aws:SecureTransport") === "false",
      ) ?? true,
    "the bucket's policy is to deny whatever does not come by TLS (aws:SecureTransport)",
  ),
  complete(
    "buckets-encrypt",
    "A bucket encrypts what is put there.",
    every,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    every,
    "the bucket needs a BucketServerSideEncryptionConfiguration",
  ),
  complete(
    "backups-locked",
    "Nobody can delete a backup before its time, whoever they are.",
    locked,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    (inputs) =>
      at(inputs, "rule", "defaultRetention", "mode") === "COMPLIANCE" &&
      Number(at(inputs, "rule", "defaultRetention", "days")) >= 1,
    "the bucket needs a default retention in the mode COMPLIANCE",
  ),
  complete(
    "backups-in-versions",
    "What replaces a backup leaves it there.",
    locked,
    "aws:s3/bucketVersioning:BucketVersioning",
    (inputs) => at(inputs, "versioningConfiguration", "status") === "Enabled",
    "the bucket needs BucketVersioning that is Enabled",
  ),
  complete(
    "backups-end",
    "What is no longer the current version goes, when it may.",
    locked,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    (inputs) => listAt(inputs, "rules").length > 0,
    "the bucket needs a BucketLifecycleConfiguration",
  ),
  complete(
    "backups-never-end-by-age",
    "What is a backup's goes when it is marked: by age alone the last good one would go when no more are taken.",
    locked,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    (inputs) => listAt(inputs, "rules").every((each) => !endsByAge(each) || hasMark(each)),
    "what expires current versions of the bucket's objects is to have a tag in its filter",
  ),
];
