import { describe, expect, test } from "vitest";
import { addressesOf } from "../../../../infra/addresses.ts";
import type { BucketFinding, Findings } from "../../../../infra/aws/findings.ts";
import { foreignAccount, judge } from "../../../../infra/aws/judge.ts";
import { type Peer, peerFrom } from "../../../../infra/config/peer.ts";
import { planCluster } from "../../../../infra/plan.ts";
import { configOnAws, LEAST } from "../../../support/on-aws.ts";

const bucketIn = (suffix: string) =>
  `holdfast:aws:AwsPlatform$holdfast:aws:BackupStore$aws:s3/bucket:Bucket backups${suffix}`;
const VOLUME = { id: "vol-1", gib: 10, zone: "us-east-1b" };
const NOTHING: Findings = {
  state: new Set([
    "holdfast:aws:AwsPlatform$holdfast:aws:Network$aws:ec2/vpc:Vpc blue",
    "holdfast:aws:AwsPlatform$aws:ebs/volume:Volume db-1-volume",
    "holdfast:aws:AwsPlatform$aws:ebs/volume:Volume db-2-volume",
    ...["", "-log", "-replica"].map(bucketIn),
  ]),
  zones: ["us-east-1a", "us-east-1b", "us-east-1c"],
  network: undefined,
  buckets: new Map(),
  volumes: new Map(),
  hostedZone: undefined,
  subnets: new Map(),
};

function judged(
  findings: Partial<Findings>,
  aws: Readonly<Record<string, unknown>> = {},
  sections: Readonly<Record<string, unknown>> = {},
  peer: Peer | undefined = undefined,
) {
  const config = configOnAws(aws, sections, peer);
  const { topology } = planCluster(config, addressesOf(config, "blue"));
  return judge(config, "blue", topology.hosts, { ...NOTHING, ...findings }, peer);
}

const bucket = (name: string, finding: BucketFinding) => ({ buckets: new Map([[name, finding]]) });
const OWN = { kind: "own", cluster: "blue", locked: true, keyArn: undefined } as const;
const DNS = { dns: { zone: "Z0123456789ABC", service: "db.example.com" } };

const EXISTING = {
  network: {
    cidr: "10.50.0.0/16",
    existing: {
      vpc: "vpc-0123456789abcdef0",
      subnets: { a: { id: "subnet-0123456789abcdef0", cidr: "10.50.1.0/24" } },
      public: { zone: "a", id: "subnet-0123456789abcdef1", cidr: "10.50.9.0/28" },
    },
  },
};
const IN_A = {
  hosts: { database: { zones: ["a"] }, proxy: { zones: ["a"] }, operations: { zones: ["a"] } },
};
const subnets = (change: Partial<{ vpc: string; cidr: string; zone: string }>) => ({
  subnets: new Map([
    [
      "subnet-0123456789abcdef0",
      { vpc: "vpc-0123456789abcdef0", cidr: "10.50.1.0/24", zone: "us-east-1a", ...change },
    ],
    ["subnet-0123456789abcdef1", { vpc: "vpc-0123456789abcdef0", cidr: "10.50.9.0/28", zone: "us-east-1a" }],
  ]),
});

const WEST = peerFrom(
  "west",
  JSON.stringify({
    config: {
      "holdfast:dr": { peer: "blue" },
      "holdfast:aws": {
        ...LEAST,
        region: "us-west-2",
        network: { cidr: "10.30.0.0/16" },
        backups: { bucket: "west-backups", replica: "us-east-1" },
      },
    },
  }),
);
if (!("aws" in WEST)) throw new Error("the file of the peer is sound");
const REBUILT = { dr: { peer: "west", active: false, fromBackups: true } };

describe("what is in the account", () => {
  test.each([
    ["nothing", judged({})],
    ["its own bucket", judged(bucket("example-backups", OWN))],
    ["its own log, which has no lock", judged(bucket("example-backups-log", { ...OWN, locked: false }))],
    ["smaller volumes", judged({ volumes: new Map([["db-1", { ...VOLUME, gib: 5, zone: "us-east-1a" }]]) })],
    ["its hosted zone", judged({ hostedZone: "example.com." }, DNS)],
    ["the subnets that it names", judged(subnets({}), EXISTING, IN_A)],
    [
      "the copy that it is rebuilt from",
      judged(bucket("west-backups-replica", { ...OWN, cluster: "west", keyArn: "arn" }), {}, REBUILT, WEST),
    ],
  ])("may be %s", (_, problems) => {
    expect(problems).toEqual([]);
  });

  test.each([
    [
      "a zone that the region does not have",
      judged({}, {}, { hosts: { database: { zones: ["a", "b", "f"] } } }),
      "hosts.database.zones[2]",
      /a zone of us-east-1 that is open to this account: a, b, c/,
    ],
    [
      "a network with other addresses than its own",
      judged({ network: { id: "vpc-1", cidr: "10.99.0.0/16" } }),
      "aws.network.cidr",
      /the network of this stack, vpc-1, has 10\.99\.0\.0\/16/,
    ],
    [
      "an existing network beside its own",
      judged({ ...subnets({}), network: { id: "vpc-1", cidr: "10.50.0.0/16" } }, EXISTING, IN_A),
      "aws.network.existing",
      /this stack has a network of its own/,
    ],
    [
      "a bucket that is tied to another cluster",
      judged(bucket("example-backups", { ...OWN, cluster: "green" })),
      "aws.backups.bucket",
      /example-backups is tied to the cluster "green"/,
    ],
    [
      "a bucket of another account",
      judged(bucket("example-backups", { kind: "foreign" })),
      "aws.backups.bucket",
      /belongs to another account or is in another region/,
    ],
    [
      "a bucket without Object Lock",
      judged(bucket("example-backups", { ...OWN, cluster: undefined, locked: false })),
      "aws.backups.bucket",
      /is there without it/,
    ],
    [
      "a copy without Object Lock",
      judged(bucket("example-backups-replica", { ...OWN, locked: false }), {
        backups: { bucket: "example-backups", replica: "us-west-2" },
      }),
      "aws.backups.bucket",
      /example-backups-replica is there without it/,
    ],
    [
      "a volume that would have to shrink",
      judged({ volumes: new Map([["db-2", { ...VOLUME, gib: 500 }]]) }),
      "hosts.database.disk",
      /500GiB or more: that is what db-2 has/,
    ],
    [
      "a volume in another zone than its host",
      judged({ volumes: new Map([["db-2", { ...VOLUME, zone: "us-east-1c" }]]) }),
      "hosts.database.zones",
      /zones that leave db-2 in c/,
    ],
    [
      "a volume that a lost state does not know",
      judged({ volumes: new Map([["db-2", VOLUME]]), state: new Set() }),
      "aws",
      /it would be made a second time, and the data stay behind/,
    ],
    [
      "a network that a lost state does not know",
      judged({ network: { id: "vpc-1", cidr: "10.20.0.0/16" }, state: new Set() }),
      "aws",
      /nothing of this stack that its state does not know/,
    ],
    [
      "a bucket that an earlier stack has left",
      judged({ ...bucket("example-backups", OWN), state: new Set() }),
      "aws.backups.bucket",
      /the bucket example-backups of this account is there/,
    ],
    [
      "a copy that an earlier one has left, beside the bucket",
      judged(
        { ...bucket("example-backups-replica", OWN), state: new Set([bucketIn("")]) },
        { backups: { bucket: "example-backups", replica: "us-west-2" } },
      ),
      "aws.backups.replica",
      /the bucket example-backups-replica of this account is there/,
    ],
    [
      "a volume that was taken into the state at another place",
      judged({
        volumes: new Map([["db-2", VOLUME]]),
        state: new Set(["aws:ebs/volume:Volume db-2-volume"]),
      }),
      "aws",
      /it would be made a second time/,
    ],
    ["no hosted zone of this id", judged({}, DNS), "aws.dns.zone", /there is none of this id/],
    [
      "a hosted zone of another domain",
      judged({ hostedZone: "example.org." }, DNS),
      "aws.dns.service",
      /a name below example\.org/,
    ],
    [
      "no subnet of this id",
      judged({ subnets: new Map([...subnets({}).subnets].slice(1)) }, EXISTING, IN_A),
      "aws.network.existing.subnets.a.id",
      /a subnet of vpc-0123456789abcdef0 in us-east-1/,
    ],
    [
      "a subnet of another network",
      judged(subnets({ vpc: "vpc-fedcba98" }), EXISTING, IN_A),
      "aws.network.existing.subnets.a.id",
      /a subnet of vpc-0123456789abcdef0/,
    ],
    [
      "a subnet with other addresses",
      judged(subnets({ cidr: "10.50.2.0/24" }), EXISTING, IN_A),
      "aws.network.existing.subnets.a.cidr",
      /what the subnet has: 10\.50\.2\.0\/24/,
    ],
    [
      "a subnet in another zone",
      judged(subnets({ zone: "us-east-1b" }), EXISTING, IN_A),
      "aws.network.existing.subnets.a",
      /us-east-1b/,
    ],
    [
      "no copy to be rebuilt from",
      judged({}, {}, REBUILT, WEST),
      "dr.fromBackups",
      /there is no bucket west-backups-replica/,
    ],
  ])("may not be %s", (_, problems, path, allowed) => {
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.allowed).toMatch(allowed);
    expect(problems[0]?.change).not.toBe("");
  });
});

test("credentials of another account are refused", () => {
  const config = configOnAws({ account: "123456789012" });
  expect(foreignAccount(config, "123456789012")).toEqual([]);
  expect(foreignAccount(config, "210987654321")).toEqual([
    expect.objectContaining({
      path: "aws.account",
      allowed: "the account of these credentials: they are of 210987654321",
    }),
  ]);
});
