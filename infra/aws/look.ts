import {
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { GetHostedZoneCommand, NoSuchHostedZone, Route53Client } from "@aws-sdk/client-route-53";
import {
  GetBucketEncryptionCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  NotFound,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import "./environment.ts";
import type { ConfigOnAws } from "../addresses.ts";
import type { BucketFinding, LookedAt } from "./findings.ts";

/** Asks the account what is there; changes nothing. Fails when it cannot be asked. */
export async function look(
  { aws }: ConfigOnAws,
  stack: string,
  buckets: readonly { readonly name: string; readonly region: string }[],
): Promise<LookedAt> {
  const ec2 = new EC2Client({ region: aws.region });
  const [zones, network, volumes, subnets, hostedZone, found] = await Promise.all([
    zonesOf(ec2),
    networkOf(ec2, stack),
    volumesOf(ec2, stack),
    aws.network.existing === undefined ? new Map() : subnetsOf(ec2, aws.network.existing.vpc),
    aws.dns.zone === undefined ? undefined : hostedZoneOf(aws.region, aws.dns.zone),
    Promise.all(buckets.map(async ({ name, region }) => [name, await bucketNamed(region, name)] as const)),
  ]);
  return { zones, network, volumes, subnets, hostedZone, buckets: new Map(found) };
}

/** Whose credentials these are. */
export async function accountOf(region: string): Promise<string> {
  const { Account = "" } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return Account;
}

async function zonesOf(ec2: EC2Client): Promise<string[]> {
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
  return AvailabilityZones.filter(
    ({ ZoneType, State }) => ZoneType === "availability-zone" && State === "available",
  )
    .flatMap(({ ZoneName }) => ZoneName ?? [])
    .sort();
}

const ofStack = (stack: string) => [
  { Name: "tag:Project", Values: ["holdfast"] },
  { Name: "tag:Stack", Values: [stack] },
];

async function networkOf(ec2: EC2Client, stack: string): Promise<LookedAt["network"]> {
  const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: ofStack(stack) }));
  return vpc && { id: vpc.VpcId ?? "", cidr: vpc.CidrBlock ?? "" };
}

async function volumesOf(ec2: EC2Client, stack: string): Promise<LookedAt["volumes"]> {
  const { Volumes = [] } = await ec2.send(
    new DescribeVolumesCommand({
      Filters: [...ofStack(stack), { Name: "tag-key", Values: ["DataOf"] }],
    }),
  );
  return new Map(
    Volumes.map(({ Tags = [], VolumeId = "", Size = 0, AvailabilityZone = "" }) => [
      Tags.find(({ Key }) => Key === "DataOf")?.Value ?? "",
      { id: VolumeId, gib: Size, zone: AvailabilityZone },
    ]),
  );
}

async function subnetsOf(ec2: EC2Client, vpc: string): Promise<LookedAt["subnets"]> {
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: [vpc] }] }),
  );
  return new Map(
    Subnets.map(({ SubnetId = "", VpcId = "", CidrBlock = "", AvailabilityZone = "" }) => [
      SubnetId,
      { vpc: VpcId, cidr: CidrBlock, zone: AvailabilityZone },
    ]),
  );
}

async function hostedZoneOf(region: string, id: string): Promise<string | undefined> {
  try {
    const { HostedZone } = await new Route53Client({ region }).send(new GetHostedZoneCommand({ Id: id }));
    return HostedZone?.Name;
  } catch (error) {
    if (error instanceof NoSuchHostedZone) return undefined;
    throw error;
  }
}

/** In another region, and of another account. */
const TAKEN = [301, 403];

async function bucketNamed(region: string, Bucket: string): Promise<BucketFinding> {
  const s3 = new S3Client({ region });
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    if (error instanceof NotFound) return { kind: "free" };
    if (error instanceof S3ServiceException && TAKEN.includes(error.$metadata.httpStatusCode ?? 0)) {
      return { kind: "foreign" };
    }
    throw error;
  }
  const [tags, locked, keyArn] = await Promise.all([
    s3
      .send(new GetBucketTaggingCommand({ Bucket }))
      .then(({ TagSet = [] }) => TagSet, orElse("NoSuchTagSet", [])),
    s3
      .send(new GetObjectLockConfigurationCommand({ Bucket }))
      .then(
        ({ ObjectLockConfiguration }) => ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
        orElse("ObjectLockConfigurationNotFoundError", false),
      ),
    s3
      .send(new GetBucketEncryptionCommand({ Bucket }))
      .then(
        ({ ServerSideEncryptionConfiguration }) =>
          ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
        orElse("ServerSideEncryptionConfigurationNotFoundError", undefined),
      ),
  ]);
  return { kind: "own", cluster: tags.find(({ Key }) => Key === "Cluster")?.Value, locked, keyArn };
}

/** What a bucket that was never given something answers with. */
const orElse =
  <T>(name: string, value: T) =>
  (error: unknown): T => {
    if (error instanceof S3ServiceException && error.name === name) return value;
    throw error;
  };
