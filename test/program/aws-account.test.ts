import { once } from "node:events";
import { createServer } from "node:http";
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { INSTANCE_TYPES } from "../../infra/aws/instance-types.ts";
import { accountOf, look } from "../../infra/aws/look.ts";
import { type Cloud, startCloud } from "../support/moto.ts";
import { configOnAws } from "../support/on-aws.ts";
import { listen } from "../support/ports.ts";

// What the program and its scripts ask AWS themselves, over the SDK, answered by a server that speaks its protocols.

const region = "us-east-1";
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud();
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
});

describe("a look at the account", () => {
  const found = (buckets: readonly string[] = [], aws: object = {}, stack = "blue") =>
    look(
      configOnAws({ ...aws }),
      stack,
      buckets.map((name) => ({ name, region })),
    );

  test("finds whose account it is", async () => {
    expect(await accountOf(region)).toBe("123456789012");
  });

  test("finds the region's zones", async () => {
    expect((await found()).zones).toEqual(["a", "b", "c", "d", "e", "f"].map((zone) => region + zone));
  });

  test("knows a free bucket from one that is there, with its lock, its key and whose it is", async () => {
    const s3 = new S3Client({ region });
    await s3.send(new CreateBucketCommand({ Bucket: "locked", ObjectLockEnabledForBucket: true }));
    await s3.send(
      new PutBucketTaggingCommand({
        Bucket: "locked",
        Tagging: { TagSet: [{ Key: "Cluster", Value: "green" }] },
      }),
    );
    const KMSMasterKeyID = "arn:aws:kms:us-east-1:123456789012:key/of-backups";
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket: "locked",
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID } }],
        },
      }),
    );
    await s3.send(new CreateBucketCommand({ Bucket: "plain" }));
    const { buckets } = await found(["locked", "plain", "free"]);
    expect(Object.fromEntries(buckets)).toMatchObject({
      locked: { kind: "own", cluster: "green", locked: true, keyArn: KMSMasterKeyID },
      plain: { kind: "own", cluster: undefined, locked: false },
      free: { kind: "free" },
    });
  });

  test("takes a bucket that it may not look at for another's", async () => {
    const forbidding = createServer((_, response) => response.writeHead(403).end());
    const port = await listen(forbidding);
    vi.stubEnv("AWS_ENDPOINT_URL_S3", `http://127.0.0.1:${port}`);
    try {
      const { buckets } = await found(["somebodys"]);
      expect(buckets.get("somebodys")).toEqual({ kind: "foreign" });
    } finally {
      vi.stubEnv("AWS_ENDPOINT_URL_S3", undefined);
      forbidding.close();
    }
  });

  test("finds a hosted zone by its id, and says when there is none", async () => {
    const { HostedZone } = await new Route53Client({ region }).send(
      new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "test" }),
    );
    const zone = HostedZone?.Id?.split("/").at(-1);
    const named = async (id: string | undefined) =>
      (await found([], { dns: { zone: id, service: "db.example.com" } })).hostedZone;
    expect(await named(zone)).toBe("example.com.");
    expect(await named("ZNOBODYSZONE")).toBeUndefined();
  });

  test("finds the network that the stack made, and no other one's", async () => {
    const tags = (stack: string) => [
      { Key: "Project", Value: "holdfast" },
      { Key: "Stack", Value: stack },
    ];
    const { Vpc } = await new EC2Client({ region }).send(
      new CreateVpcCommand({
        CidrBlock: "10.60.0.0/16",
        TagSpecifications: [{ ResourceType: "vpc", Tags: tags("green") }],
      }),
    );
    expect((await found([], {}, "green")).network).toEqual({ id: Vpc?.VpcId, cidr: "10.60.0.0/16" });
    expect((await found([], {}, "blue")).network).toBeUndefined();
  });

  test("finds the subnets of an existing network", async () => {
    const ec2 = new EC2Client({ region });
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.50.0.0/16" }));
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: Vpc?.VpcId ?? "",
        CidrBlock: "10.50.1.0/24",
        AvailabilityZone: "us-east-1a",
      }),
    );
    const subnet = { id: Subnet?.SubnetId, cidr: "10.50.1.0/24" };
    const { subnets } = await found([], {
      network: {
        cidr: "10.50.0.0/16",
        existing: {
          vpc: Vpc?.VpcId,
          subnets: {
            a: subnet,
            b: { ...subnet, cidr: "10.50.2.0/24" },
            c: { ...subnet, cidr: "10.50.3.0/24" },
          },
          public: { zone: "a", id: subnet.id, cidr: "10.50.9.0/28" },
        },
      },
    });
    expect(subnets.get(subnet.id ?? "")).toEqual({
      vpc: Vpc?.VpcId,
      cidr: "10.50.1.0/24",
      zone: "us-east-1a",
    });
  });
});

const script = (name: string, environment: Readonly<Record<string, string>>) =>
  execa("node", ["--import", "tsx", `infra/aws/${name}.ts`], {
    env: { ...cloud.environment, REGION: region, ...environment },
    reject: false,
  });

describe("the newest image", () => {
  test("is Debian's own, of the wanted release", async () => {
    const { stdout, stderr } = await script("newest-image", { RELEASE: "13", GENERATION: "1" });
    expect(stdout, stderr).toBe("ami-00000000000000002");
  });

  test("that is not there is said, with what to do", async () => {
    const { exitCode, stderr } = await script("newest-image", { RELEASE: "9", GENERATION: "1" });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no image of Debian 9 in us-east-1");
    expect(stderr).toContain("next: ");
  });
});

describe("the key of a host", () => {
  const PARAMETER = "/holdfast/blue/db-1/ssh-host-key";
  const KEY = `ssh-ed25519 ${Buffer.from("a public key").toString("base64")}`;
  const tell = (value: string) =>
    new SSMClient({ region }).send(
      new PutParameterCommand({ Name: PARAMETER, Type: "String", Overwrite: true, Value: value }),
    );
  const asked = (environment: Readonly<Record<string, string>> = {}) =>
    script("host-key", { PARAMETER, INSTANCE: "i-new", ...environment });

  test("is waited for until the machine itself has told it, whatever its predecessor told", async () => {
    await tell(`i-old ${KEY}old`);
    const answer = asked();
    const [said] = await once(answer.stderr, "data");
    expect(String(said)).toContain("waiting for i-new");
    await tell(`i-new ${KEY}`);
    expect((await answer).stdout).toBe(KEY);
  });

  test("is refused when it is none", async () => {
    await tell("i-new $(reboot)");
    const { exitCode, stderr } = await asked();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("what i-new told is no SSH host key: $(reboot)");
  });
});

test("the types of instances have what EC2 says of them", async () => {
  const ec2 = new EC2Client({ region });
  const names = Object.keys(INSTANCE_TYPES);
  const { InstanceTypes = [] } = await ec2.send(
    // The names of all types are a list in the SDK, as of its day.
    new DescribeInstanceTypesCommand({ InstanceTypes: names as "r5.large"[] }),
  );
  const MEGABYTES_IN_MIB = 1e6 / 1024 ** 2;
  expect(
    Object.fromEntries(
      InstanceTypes.map(({ InstanceType = "", VCpuInfo, MemoryInfo, EbsInfo }) => [
        InstanceType,
        {
          cpu: VCpuInfo?.DefaultVCpus,
          memoryMiB: MemoryInfo?.SizeInMiB,
          iops: EbsInfo?.EbsOptimizedInfo?.BaselineIops,
          throughput: Math.floor(
            (EbsInfo?.EbsOptimizedInfo?.BaselineThroughputInMBps ?? 0) * MEGABYTES_IN_MIB,
          ),
        },
      ]),
    ),
  ).toEqual(INSTANCE_TYPES);
});
