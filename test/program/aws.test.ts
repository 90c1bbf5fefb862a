import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { applicationRoles } from "../../components/postgres/application-roles.ts";
import { awsAddresses } from "../../infra/aws/addresses.ts";
import { AwsPlatform } from "../../infra/aws/platform.ts";
import { awsSchema } from "../../infra/aws/schema.ts";
import { groupRules } from "../../infra/aws/security-groups.ts";
import { parseConfig } from "../../infra/config/parse.ts";
import { planTopology } from "../../infra/topology.ts";
import { type Registration, record } from "./support/recorder.ts";

const STACK = "production";
const AWS = awsSchema.parse({
  region: "us-east-1",
  instances: { database: "r5.2xlarge" },
  administrators: ["203.0.113.0/24"],
  backups: { bucket: "example-backups" },
});
const parsed = parseConfig({ platform: "local", hosts: { database: { disk: "500GiB" } } }, STACK);
if (!parsed.ok) throw new Error("the configuration of this test is refused");
const config = { ...parsed.config, aws: AWS };
const zones = {
  database: config.hosts.database.zones,
  proxy: config.hosts.proxy.zones.slice(0, 2),
  operations: config.hosts.operations.zones.slice(0, 1),
};
const addresses = awsAddresses({ cidr: AWS.network.cidr, clients: AWS.clients, zones });
const topology = planTopology(config, addresses, applicationRoles(config.databases, config.roles));

describe.each(["preview", "update"] as const)("the platform AWS, %s", (mode) => {
  let resources: readonly Registration[];
  const of = (type: string) => resources.filter((each) => each.type === type);
  const named = (type: string, name: string) => {
    const found = of(type).find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no ${type} ${name}`);
    return found;
  };

  beforeAll(async () => {
    const recording = await record(
      STACK,
      mode === "preview",
      async ({ type, name }) =>
        type === "command:local:Command"
          ? {
              stdout:
                name === "ssh-key"
                  ? JSON.stringify({ private: "k", public: "ssh-ed25519 AAAA\n" })
                  : `out-${name}`,
            }
          : {
              arn: `arn:aws:test:us-east-1:123456789012:${name}`,
              keyId: name,
              zoneId: `Z${name}`,
              dnsName: `${name}.example`,
            },
      {
        "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012" },
        "aws:index/getPartition:getPartition": { partition: "aws" },
      },
    );
    resources = recording.resources;
    new AwsPlatform("aws", { config, topology, addresses, stack: STACK });
    await pulumi.runtime.disconnect();
  });

  test("makes every host a machine in its zone's private subnet, at its planned address", () => {
    const machines = of("aws:ec2/instance:Instance").filter(({ name }) => name !== "bastion");
    expect(machines.map(({ name }) => name).sort()).toEqual(topology.hosts.map(({ name }) => name).sort());
    for (const host of topology.hosts) {
      const { inputs, dependencies } = named("aws:ec2/instance:Instance", host.name);
      expect(inputs["privateIp"]).toBe(host.address);
      expect(inputs["associatePublicIpAddress"]).toBe(false);
      expect(dependencies).toContain(`aws:ec2/subnet:Subnet ${STACK}-private-${host.zone}`);
    }
  });

  test("spreads the members over zones", () => {
    const where = of("aws:ebs/volume:Volume")
      .filter(({ name }) => name.startsWith("db-"))
      .map(({ inputs }) => inputs["availabilityZone"]);
    expect(where).toEqual(["us-east-1a", "us-east-1b", "us-east-1c"]);
  });

  test("asks for machines that keep their metadata, their disks and themselves", () => {
    for (const { name, inputs, deleteBeforeReplace } of of("aws:ec2/instance:Instance")) {
      expect(inputs["metadataOptions"], name).toMatchObject({
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      });
      expect(inputs["rootBlockDevice"], name).toMatchObject({ encrypted: true });
      expect(inputs["disableApiTermination"], name).toBe(true);
      expect(inputs["maintenanceOptions"], name).toEqual({ autoRecovery: "default" });
      expect(deleteBeforeReplace, name).toBe(true);
    }
  });

  test("keeps data on encrypted volumes of their own, protected and attached to their host alone", () => {
    const volumes = of("aws:ebs/volume:Volume");
    expect(volumes.map(({ name }) => name).sort()).toEqual([
      "db-1-data",
      "db-2-data",
      "db-3-data",
      "ops-1-data",
    ]);
    for (const { name, inputs, protect } of volumes) {
      expect([name, protect, inputs["encrypted"], inputs["type"]]).toEqual([name, true, true, "gp3"]);
    }
    expect(named("aws:ebs/volume:Volume", "db-2-data").inputs).toMatchObject({
      size: 500,
      iops: 3000,
      throughput: 125,
    });
  });

  test("has the security groups of the flow table, and the default one closed", () => {
    const rules = groupRules(topology.flows, {
      administrators: AWS.administrators,
      clients: topology.parties.clients,
    });
    const made = [
      ...of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
      ...of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
    ];
    expect(made).toHaveLength(rules.length);
    for (const { name, inputs } of made) {
      expect(inputs["fromPort"], name).toBe(inputs["toPort"]);
      if (inputs["cidrIpv4"] === "0.0.0.0/0") expect(name).toMatch(/-way-out-(80|443)$/);
    }
    expect(of("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").map(({ inputs }) => inputs)).toEqual([
      expect.objectContaining({ ingress: [], egress: [] }),
    ]);
  });

  test("lets no host boot before it can reach anything", () => {
    const { dependencies } = named("aws:ec2/instance:Instance", "db-1");
    expect(dependencies).toContain(`aws:ec2/route:Route ${STACK}-private-a-out`);
    expect(dependencies.filter((each) => each.includes("securityGroupEgressRule")).length).toBeGreaterThan(5);
  });

  test("keeps the backups whatever becomes of the cluster", () => {
    const bucket = named("aws:s3/bucket:Bucket", "backups");
    expect(bucket.inputs).toMatchObject({ objectLockEnabled: true, forceDestroy: false });
    for (const each of resources.filter(
      ({ name, type }) => name === "backups" && type.startsWith("aws:s3/bucket"),
    )) {
      if (each.type === "aws:s3/bucketLogging:BucketLogging") continue;
      expect([each.type, each.protect, each.retainOnDelete]).toEqual([each.type, true, true]);
    }
    for (const { name, protect, retainOnDelete, inputs } of of("aws:kms/key:Key")) {
      expect([name, protect, retainOnDelete, inputs["enableKeyRotation"]]).toEqual([name, true, true, true]);
    }
  });

  test("looks for an image once, and again only when it is wanted", () => {
    const { inputs } = named("command:local:Command", "image");
    expect(inputs["environment"]).toEqual({ REGION: "us-east-1", RELEASE: "13", GENERATION: "1" });
  });

  test("gives each host the least that it needs", () => {
    // Before there is a bucket, nobody can name it.
    const policy = named("aws:iam/rolePolicy:RolePolicy", "db-1").inputs["policy"];
    if (mode === "preview") return expect(policy).toBeUndefined();
    const policyOf = (host: string) =>
      JSON.parse(String(named("aws:iam/rolePolicy:RolePolicy", host).inputs["policy"]));
    const actions = (host: string) =>
      policyOf(host).Statement.flatMap((statement: { Action: string[] }) => statement.Action);
    expect(actions("proxy-1")).toEqual(["ssm:PutParameter"]);
    expect(actions("bastion")).toEqual(["ssm:PutParameter"]);
    expect(actions("db-1").filter((action: string) => /Delete|Bypass|\*/.test(action))).toEqual([]);
    expect(policyOf("db-1").Statement[0].Resource).toEqual([
      `arn:aws:ssm:us-east-1:123456789012:parameter/holdfast/${STACK}/db-1/ssh-host-key`,
    ]);
  });
});
