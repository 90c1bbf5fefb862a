/** Refuses whoever comes to a bucket by plain HTTP. */
export const tlsOnly = (bucketArn: string): object => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/**
 * What a backup bucket refuses whoever asks: plain HTTP, and objects that are not encrypted with its key. An upload that
 * names no encryption gets the bucket's own: without "Null", a condition with "Not" would hold for it as well.
 */
export const bucketPolicy = (bucketArn: string, keyArn: string): object => ({
  Version: "2012-10-17",
  Statement: [
    tlsOnly(bucketArn),
    ...[
      ["KmsOnly", "s3:x-amz-server-side-encryption", "aws:kms"] as const,
      ["OwnKeyOnly", "s3:x-amz-server-side-encryption-aws-kms-key-id", keyArn] as const,
    ].map(([Sid, header, wanted]) => ({
      Sid,
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: [`${bucketArn}/*`],
      Condition: { StringNotEquals: { [header]: wanted }, Null: { [header]: "false" } },
    })),
    {
      // To S3, "aws:kms" without a key is Amazon's own one, and not the bucket's.
      Sid: "NamedKeyOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: [`${bucketArn}/*`],
      Condition: {
        Null: {
          "s3:x-amz-server-side-encryption": "false",
          "s3:x-amz-server-side-encryption-aws-kms-key-id": "true",
        },
      },
    },
  ],
});
