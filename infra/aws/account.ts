import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface Account {
  /** A part of Amazon's world: "aws" nearly everywhere. */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
}

/** Something that follows from whose account this is, and in which part of Amazon's world. */
export function accountOf<T>(parent: pulumi.Resource, use: (account: Account) => T): pulumi.Output<T> {
  const account = aws.getCallerIdentityOutput({}, { parent }).accountId;
  const partition = aws.getPartitionOutput({}, { parent }).partition;
  // The SDK's types take out promises in whatever T is; there are none.
  return pulumi.output({ partition, account }).apply(use) as pulumi.Output<T>;
}
