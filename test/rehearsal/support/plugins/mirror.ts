import {
  CreateTagsCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DeleteVolumeCommand,
  DeleteVpcCommand,
  EC2Client,
  ModifyVolumeCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { hostKeyParameter } from "../../../../infra/aws/iam.ts";
import type { Properties, Value } from "../../../../scripts/engine/plugins/rpc/properties.ts";

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const tagsOf = (inputs: Properties, defaults: Properties) =>
  Object.entries({ ...defaults, ...(inputs["tags"] as Properties | undefined) }).map(([Key, value]) => ({
    Key,
    Value: text(value),
  }));

/**
 * Puts what the program's own scripts ask for where they ask: into a server that speaks Amazon's protocols. Gives the id
 * where the server makes one up.
 */
export async function mirrorCreation(
  type: string,
  inputs: Properties,
  around: { readonly region: string; readonly tags: Properties; readonly id: string },
): Promise<string | undefined> {
  const region = text(inputs["region"]) || around.region;
  switch (type) {
    case "aws:s3/bucket:Bucket": {
      const s3 = new S3Client({ region });
      const Bucket = text(inputs["bucket"]);
      await s3.send(
        new CreateBucketCommand({
          Bucket,
          ObjectLockEnabledForBucket: inputs["objectLockEnabled"] === true,
          ...(region === "us-east-1"
            ? {}
            : { CreateBucketConfiguration: { LocationConstraint: region as "us-west-2" } }),
        }),
      );
      await s3.send(
        new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagsOf(inputs, around.tags) } }),
      );
      return undefined;
    }
    case "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
      await encrypt(region, inputs);
      return undefined;
    case "aws:ebs/volume:Volume": {
      const ec2 = new EC2Client({ region });
      const { VolumeId } = await ec2.send(
        new CreateVolumeCommand({
          AvailabilityZone: text(inputs["availabilityZone"]),
          Size: Number(inputs["size"]),
          VolumeType: "gp3",
        }),
      );
      await ec2.send(
        new CreateTagsCommand({ Resources: [VolumeId ?? ""], Tags: tagsOf(inputs, around.tags) }),
      );
      return VolumeId;
    }
    case "aws:ec2/vpc:Vpc": {
      const { Vpc } = await new EC2Client({ region }).send(
        new CreateVpcCommand({
          CidrBlock: text(inputs["cidrBlock"]),
          TagSpecifications: [{ ResourceType: "vpc", Tags: tagsOf(inputs, around.tags) }],
        }),
      );
      return Vpc?.VpcId;
    }
    case "aws:ec2/instance:Instance":
      await tellHostKey(region, tagsOf(inputs, around.tags), around.id);
      return undefined;
    default:
      return undefined;
  }
}

export async function mirrorChange(
  type: string,
  id: string,
  inputs: Properties,
  region: string,
): Promise<void> {
  if (type !== "aws:ebs/volume:Volume") return;
  await new EC2Client({ region }).send(
    new ModifyVolumeCommand({ VolumeId: id, Size: Number(inputs["size"]) }),
  );
}

export async function mirrorEnd(type: string, id: string, region: string): Promise<void> {
  const ec2 = new EC2Client({ region });
  if (type === "aws:ebs/volume:Volume") await ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
  if (type === "aws:ec2/vpc:Vpc") await ec2.send(new DeleteVpcCommand({ VpcId: id }));
}

async function encrypt(region: string, inputs: Properties): Promise<void> {
  const [rule] = inputs["rules"] as readonly Properties[];
  const wanted = rule?.["applyServerSideEncryptionByDefault"] as Properties;
  await new S3Client({ region }).send(
    new PutBucketEncryptionCommand({
      Bucket: text(inputs["bucket"]),
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: text(wanted["sseAlgorithm"]) as "aws:kms",
              ...(wanted["kmsMasterKeyId"] === undefined
                ? {}
                : { KMSMasterKeyID: text(wanted["kmsMasterKeyId"]) }),
            },
          },
        ],
      },
    }),
  );
}

/** What a machine does at its first boot. */
async function tellHostKey(
  region: string,
  tags: readonly { Key: string; Value: string }[],
  instance: string,
): Promise<void> {
  const tag = (name: string) => tags.find(({ Key }) => Key === name)?.Value ?? "";
  const key = `ssh-ed25519 ${Buffer.from(`key of ${instance}`).toString("base64")}`;
  await new SSMClient({ region }).send(
    new PutParameterCommand({
      Name: hostKeyParameter(tag("Cluster"), tag("Name")),
      Type: "String",
      Overwrite: true,
      Value: `${instance} ${key}`,
    }),
  );
}
