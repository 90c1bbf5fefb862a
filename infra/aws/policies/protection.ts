import { each, type Rule } from "./rule.ts";

const KEPT = [
  "aws:ebs/volume:Volume",
  "aws:kms/key:Key",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
];

export const protection: readonly Rule[] = [
  each(
    "data-protected",
    "The engine deletes no volume, no key and no backups by a slip.",
    KEPT,
    (_, { protect }) =>
      protect ? undefined : "it is to be protected; aws.protect false is for the update before destroy",
  ),
  each(
    "names-kept",
    "The balancer, whose name clients know, is not deleted by a slip.",
    ["aws:lb/loadBalancer:LoadBalancer"],
    ({ enableDeletionProtection }) =>
      enableDeletionProtection === true
        ? undefined
        : "enableDeletionProtection is to be true; aws.protect false is for the update before destroy",
  ),
];
