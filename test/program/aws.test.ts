import { beforeAll, describe, expect, test } from "vitest";
import { KNOWN_TYPES, recordNamesOf, updatePermissions } from "../../infra/aws/permissions.ts";
import { RULES } from "../../infra/aws/policies/rules.ts";
import { bucketsOf } from "../../infra/aws/schema.ts";
import { groupRules } from "../../infra/aws/security-groups.ts";
import { AWS_STACKS, answerLooks, planned, recordingOf, sectionsOfStack } from "./support/aws-stacks.ts";
import { precursors, type Run, runProgram } from "./support/program.ts";
import type { Registration } from "./support/recorder.ts";

answerLooks();

const CASES = AWS_STACKS.flatMap((stack) =>
  (["preview", "update"] as const).map((mode) => ({ stack, mode })),
);

describe.each(CASES)("the stack $stack, $mode", ({ stack, mode }) => {
  const { aws, topology } = planned(stack);
  let run: Run;
  const of = (type: string) => run.resources.filter((each) => each.type === type);
  const named = (type: string, name: string): Registration => {
    const found = of(type).find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no ${type} ${name}`);
    return found;
  };

  beforeAll(async () => {
    run = await runProgram(sectionsOfStack(stack), mode, stack);
  });

  test("is made of exactly these resources", async () => {
    const list = run.resources
      .map(({ type, name, parent }) => `${type} ${name} < ${parent || "the stack"}`)
      .sort()
      .join("\n");
    await expect(`${list}\n`).toMatchFileSnapshot(`./aws-${stack}.txt`);
  });

  test("makes every host a machine in its zone's private subnet, at its planned address", () => {
    const machines = of("aws:ec2/instance:Instance").filter(({ name }) => name !== "bastion-host");
    expect(machines.map(({ name }) => name).sort()).toEqual(
      topology.hosts.map(({ name }) => `${name}-host`).sort(),
    );
    for (const host of topology.hosts) {
      const { inputs, dependencies } = named("aws:ec2/instance:Instance", `${host.name}-host`);
      expect(inputs["privateIp"]).toBe(host.address);
      expect(inputs["associatePublicIpAddress"]).toBe(false);
      expect(dependencies).toContain(`aws:ec2/subnet:Subnet ${stack}-private-${host.zone}`);
    }
  });

  test("spreads the members over its zones", () => {
    const where = of("aws:ebs/volume:Volume")
      .filter(({ name }) => name.startsWith("db-"))
      .map(({ inputs }) => inputs["availabilityZone"]);
    const zones = stack === "staging" ? ["a", "b", "a"] : ["a", "b", "c"];
    expect(where).toEqual(zones.map((zone) => aws.region + zone));
  });

  test("has public subnets only where something needs one", () => {
    const made = of("aws:ec2/subnet:Subnet").filter(({ name }) => name.includes("-public-"));
    expect(made.map(({ name }) => name)).toEqual([`${stack}-public-a`]);
    expect(made[0]?.inputs["mapPublicIpOnLaunch"]).toBe(false);
  });

  test("asks for machines that keep their metadata, their disks and themselves", () => {
    for (const each of of("aws:ec2/instance:Instance")) {
      const { name, inputs, deleteBeforeReplace, ignoreChanges, replaceOnChanges } = each;
      expect(inputs["metadataOptions"], name).toMatchObject({
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      });
      expect(inputs["rootBlockDevice"], name).toMatchObject({ encrypted: true });
      expect(inputs["disableApiTermination"], name).toBe(true);
      expect(inputs["maintenanceOptions"], name).toEqual({ autoRecovery: "default" });
      expect([deleteBeforeReplace, ignoreChanges, replaceOnChanges], name).toEqual([
        true,
        ["associatePublicIpAddress"],
        ["instanceType"],
      ]);
    }
  });

  test("keeps data on encrypted volumes of their own, protected and attached to their host alone", () => {
    const volumes = of("aws:ebs/volume:Volume");
    expect(volumes.map(({ name }) => name).sort()).toEqual([
      "db-1-volume",
      "db-2-volume",
      "db-3-volume",
      "ops-1-volume",
    ]);
    for (const { name, inputs, protect } of volumes) {
      expect([name, protect, inputs["encrypted"], inputs["type"]]).toEqual([name, true, true, "gp3"]);
      const host = topology.hosts.find((each) => `${each.name}-volume` === name);
      expect(inputs["size"]).toBe(host?.diskGiB);
      const { dependencies } = named("aws:ec2/volumeAttachment:VolumeAttachment", `${host?.name}-attachment`);
      expect(dependencies).toEqual(
        expect.arrayContaining([
          `aws:ebs/volume:Volume ${name}`,
          `aws:ec2/instance:Instance ${host?.name}-host`,
        ]),
      );
    }
  });

  test("has the security groups of the flow table, both ways, and the default one closed", () => {
    const rules = groupRules(topology.flows, {
      administrators: aws.administrators,
      clients: topology.parties.clients,
    });
    const end = (side: "Ingress" | "Egress") =>
      of(`aws:vpc/securityGroup${side}Rule:SecurityGroup${side}Rule`).map(({ inputs, dependencies }) => {
        const groups = dependencies
          .filter((key) => key.includes(":SecurityGroup "))
          .map((key) => key.slice(key.lastIndexOf("-") + 1));
        return `${groups.sort().join("+")} ${String(inputs["fromPort"])}-${String(inputs["toPort"])} ${String(inputs["cidrIpv4"] ?? "")}`;
      });
    const wanted = (direction: "in" | "out") =>
      rules
        .filter((rule) => rule.direction === direction)
        .map(({ group, peer, port }) => {
          const groups = [...new Set([group, ...("group" in peer ? [peer.group] : [])])].sort().join("+");
          return `${groups} ${port}-${port} ${"cidr" in peer ? peer.cidr : ""}`;
        });
    expect(end("Ingress").sort()).toEqual(wanted("in").sort());
    expect(end("Egress").sort()).toEqual(wanted("out").sort());
    expect(end("Ingress").filter((rule) => rule.includes("/0"))).toEqual([]);
    expect(of("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").map(({ inputs }) => inputs)).toEqual([
      expect.objectContaining({ ingress: [], egress: [] }),
    ]);
  });

  test("lets no host boot before it can reach anything", () => {
    const before = precursors(run, "db-1-host");
    expect(before).toContain(`${stack}-private-a-out`);
    expect(before).toContain("db-1-role");
    expect(before).toContain("db-1-volume");
  });

  test("does nothing on a host before it has told its key", () => {
    for (const host of topology.hosts) {
      expect(precursors(run, `${host.name}-agent`)).toContain(`${host.name}-host-key`);
    }
  });

  test("owns the service's name only while it is active", () => {
    const records = of("aws:route53/record:Record").filter(({ name }) => name.endsWith("-service"));
    if (stack !== "production") return expect(records).toEqual([]);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      retainOnDelete: true,
      inputs: { name: "db.example.com", type: "CNAME", ttl: 30, allowOverwrite: true },
    });
  });

  test("names nothing longer than AWS takes, and machines get no longer text than that", () => {
    for (const type of ["aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"]) {
      for (const { inputs } of of(type)) expect(String(inputs["namePrefix"]).length).toBeLessThanOrEqual(6);
    }
    for (const { inputs } of of("aws:ec2/launchTemplate:LaunchTemplate")) {
      expect(Buffer.from(String(inputs["userData"] ?? ""), "base64").length).toBeLessThan(16 * 1024);
    }
  });

  test("looks for an image once, and again only when it is wanted", () => {
    const { inputs } = named("command:local:Command", "image");
    expect(inputs["environment"]).toEqual({ REGION: aws.region, RELEASE: "13", GENERATION: "1" });
  });

  test("gives each host the least that it needs", () => {
    // Before there is a bucket, nobody can name it.
    if (mode === "preview") return;
    const policyOf = (
      host: string,
    ): { Statement: { Action: string[]; Resource: string[]; Condition?: object }[] } =>
      JSON.parse(String(named("aws:iam/rolePolicy:RolePolicy", `${host}-role`).inputs["policy"]));
    const actions = (host: string) => policyOf(host).Statement.flatMap(({ Action }) => Action);
    expect(actions("proxy-1")).toEqual(["ssm:PutParameter"]);
    expect(actions("bastion")).toEqual(["ssm:PutParameter"]);
    for (const host of ["db-1", "ops-1"]) {
      expect(actions(host).filter((action) => /Delete|Bypass|Retention|\*/.test(action))).toEqual([]);
    }
    const marking = (host: string) =>
      policyOf(host).Statement.filter(({ Action }) => Action.some((action) => /Tagging/.test(action)));
    expect(marking("db-1")).toEqual([]);
    // By one tag alone, which the bucket's lifecycle looks for.
    expect(marking("ops-1")).toMatchObject([
      { Action: ["s3:GetObjectTagging"] },
      {
        Action: ["s3:PutObjectTagging"],
        Resource: [expect.stringMatching(new RegExp(`/${topology.cluster}/\\*$`))],
        Condition: { StringEquals: { "s3:RequestObjectTag/holdfast": "expired" } },
      },
    ]);
    expect(policyOf("db-1").Statement[0]?.Resource).toEqual([
      `arn:aws:ssm:${aws.region}:123456789012:parameter/holdfast/${stack}/db-1/ssh-host-key`,
    ]);
    const sources = policyOf("db-1")
      .Statement.flatMap(({ Resource }) => Resource)
      .filter((each) => each.includes("east-replica"));
    expect(sources).toHaveLength(stack === "dr-west" ? 3 : 0);
  });

  test("breaks none of the policies", () => {
    const subjects = run.resources.map((each) => ({ ...each, urn: each.key }));
    const found = RULES.flatMap((rule) =>
      rule.violations(subjects).map(({ subject, message }) => `${rule.name} ${subject.name}: ${message}`),
    );
    expect(found).toEqual([]);
  });

  test("asks AWS for exactly this", async () => {
    // What nobody knows before there is anything is not in a preview.
    if (mode === "preview") return;
    await expect(recordingOf(run)).toMatchFileSnapshot(`../golden/aws/${stack}.json`);
  });

  test("needs rights that are known", async () => {
    const types = new Set(run.resources.map(({ type }) => type).filter((type) => type.startsWith("aws:")));
    expect([...types].filter((type) => !KNOWN_TYPES.includes(type))).toEqual([]);
    if (stack !== "production") return;
    const rights = updatePermissions(types, {
      partition: "aws",
      account: "123456789012",
      stack,
      cluster: topology.cluster,
      regions: ["us-east-1", "us-west-2"],
      buckets: bucketsOf(aws.backups).map(({ name }) => name),
      foreignBuckets: ["example-com-holdfast-west-replica"],
      recordNames: recordNamesOf(topology.domain, aws.dns.service),
    });
    await expect(`${JSON.stringify(rights, null, 2)}\n`).toMatchFileSnapshot(
      "../../docs/aws-permissions.json",
    );
  });

  test("tells the operator's commands to go through the bastion", () => {
    const hosts = run.exports["hosts"] as readonly { ssh: { host: string; through: { port: number } } }[];
    expect(hosts.map(({ ssh }) => [ssh.host, ssh.through.port])).toEqual(
      topology.hosts.map(({ address }) => [address, 22]),
    );
  });
});
