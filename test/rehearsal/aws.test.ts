import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { targetsOf } from "../../scripts/stack/replace.ts";
import { type Call, Rehearsal } from "./support/rehearsal.ts";

// Both stacks as they are in the repository, through the real engine: in the order in which somebody would do it.

const UP = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-progress"];
const ONE_BY_ONE = { HOLDFAST_ONE_BY_ONE: "yes" };
const DATABASES = ["db-1", "db-2", "db-3"];

let rehearsal: Rehearsal;
const awsCalls = (calls: readonly Call[]) => calls.filter(({ call }) => call !== "run");
const shown = (calls: readonly Call[]) => awsCalls(calls).map(({ call, name }) => `${call} ${name}`);

async function up(stack: string): Promise<readonly Call[]> {
  const { failed, text, calls } = await rehearsal.pulumi(stack, UP, ONE_BY_ONE);
  expect(failed, text).toBe(false);
  return calls;
}

beforeAll(async () => {
  rehearsal = await Rehearsal.start(["production", "dr-west"]);
  const route53 = new Route53Client({
    region: "us-east-1",
    endpoint: rehearsal.cloud.endpoint,
    credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" },
  });
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "rehearsal" }),
  );
  const zone = HostedZone?.Id?.split("/").at(-1);
  for (const stack of ["production", "dr-west"]) {
    await rehearsal.set(stack, "aws", { dns: { zone, service: "db.example.com" } });
  }
});
afterAll(() => rehearsal.stop());

describe("production and dr-west, rehearsed", () => {
  test("a stack without the backups that it is made of is refused in its preview", async () => {
    const { text, failed, calls } = await rehearsal.pulumi("dr-west", ["preview"]);
    expect(failed).toBe(true);
    expect(text).toContain("holdfast:dr.fromBackups");
    expect(text).toContain("there is no bucket example-com-holdfast-east-replica of this account");
    expect(calls).toEqual([]);
  });

  test("a first preview shows all of it, and asks AWS for nothing", async () => {
    const { text, failed, calls } = await rehearsal.pulumi("production", ["preview"]);
    expect(failed, text).toBe(false);
    expect(text).toMatch(/\+ \d{3} to create/);
    expect(text).not.toMatch(/warning/i);
    expect(calls).toEqual([]);
  });

  test("a first update makes it: hosts boot when they can reach out, and are spoken to over the bastion", async () => {
    const calls = await up("production");
    const order = shown(calls);
    for (const host of DATABASES) {
      const booted = order.indexOf(`create ${host}-host`);
      expect(order.indexOf(`create ${host}-volume`)).toBeLessThan(booted);
      expect(order.indexOf("create production-private-a-out")).toBeLessThan(booted);
    }
    const runs = calls.filter(({ call, through }) => call === "run" && through !== undefined);
    expect(new Set(runs.map(({ host }) => host)).size).toBe(6);
    expect(new Set(runs.map(({ through }) => through)).size).toBe(1);
    // What each machine told at its boot is what the connections were pinned to.
    expect(runs.length).toBeGreaterThan(60);
  });

  test("the same again changes nothing", async () => {
    expect(await up("production")).toEqual([]);
    expect((await rehearsal.preview("production")).changes).toEqual([]);
  });

  test("none of it breaks a policy, and the engine refuses what does", async () => {
    const withPolicies = ["preview", "--policy-pack", "infra/aws/policies", "--suppress-outputs"];
    const sound = await rehearsal.pulumi("production", withPolicies);
    expect(sound.failed, sound.text).toBe(false);
    expect(sound.text).toMatch(/✅ holdfast-aws@/);
    expect(sound.text).not.toContain("can't run policy");
    await rehearsal.set("production", "aws", { protect: false });
    const broken = await rehearsal.pulumi("production", withPolicies);
    await rehearsal.set("production", "aws", { protect: true });
    expect(broken.failed).toBe(true);
    expect(broken.text).toMatch(/\[mandatory\] {2}data-protected {2}\(aws:ebs:Volume: db-1-volume\)/);
  });

  test("nor does a refresh", async () => {
    const { failed, text, calls } = await rehearsal.pulumi("production", [
      "refresh",
      "--yes",
      "--skip-preview",
    ]);
    expect(failed, text).toBe(false);
    expect(calls).toEqual([]);
    expect((await rehearsal.preview("production")).changes).toEqual([]);
  });

  test("a larger volume grows in place", async () => {
    await rehearsal.set("production", "hosts", { database: { disk: "600GiB" } });
    expect(shown(await up("production")).sort()).toEqual(DATABASES.map((host) => `update ${host}-volume`));
  });

  test("a smaller one is refused in a preview", async () => {
    await rehearsal.set("production", "hosts", { database: { disk: "500GiB" } });
    const { text } = await rehearsal.preview("production");
    expect(text).toContain("600GiB or more: that is what db-1 has, and a volume can only grow");
    await rehearsal.set("production", "hosts", { database: { disk: "600GiB" } });
  });

  test("a member does not leave the zone of its data", async () => {
    await rehearsal.set("production", "hosts", { database: { disk: "600GiB", zones: ["b", "a", "c"] } });
    const { text } = await rehearsal.preview("production");
    expect(text).toContain("zones that leave db-1 in a: its data volume is there, and cannot move");
    await rehearsal.set("production", "hosts", { database: { disk: "600GiB" } });
  });

  test("another type makes hosts anew, which the engine alone may not do to all at once", async () => {
    await rehearsal.set("production", "aws", { instances: { database: "r6i.2xlarge" } });
    const { changes } = await rehearsal.preview("production");
    expect(changes.filter((change) => change.endsWith("-host"))).toEqual(
      DATABASES.map((host) => `replace ${host}-host`),
    );
    expect(changes.filter((change) => change.endsWith("-volume"))).toEqual([]);
    const { failed, text, calls } = await rehearsal.pulumi("production", ["preview"]);
    expect(failed).toBe(true);
    expect(text).toMatch(/would make db-1, db-2, db-3 anew at the same time; use \.\/holdfast up/);
    expect(calls).toEqual([]);
  });

  test("one host is made anew by itself, with its data and its address", async () => {
    const { failed, text, calls } = await rehearsal.pulumi(
      "production",
      [...UP, ...targetsOf("db-2")],
      ONE_BY_ONE,
    );
    expect(failed, text).toBe(false);
    const made = awsCalls(calls);
    expect(made.map(({ call, name }) => `${call} ${name}`)).toEqual([
      "delete db-2-attachment",
      "delete db-2-host",
      "create db-2-host",
      "create db-2-attachment",
    ]);
    expect(made[2]?.inputs).toMatchObject({ instanceType: "r6i.2xlarge", privateIp: "10.20.16.4" });
    expect(made[3]?.inputs["volumeId"]).toBe(made[0]?.inputs["volumeId"]);
    // Everything that was done on the machine is done on the new one, and on no other.
    const hosts = calls.flatMap(({ call, host }) => (call === "run" && host !== undefined ? [host] : []));
    expect(new Set(hosts)).toEqual(new Set(["10.20.16.4"]));
    await up("production");
  });

  test("another bastion comes first, by itself, and then all steps find their hosts over it", async () => {
    await rehearsal.set("production", "aws", {
      instances: { database: "r6i.2xlarge", bastion: "t3.micro" },
    });
    const first = await rehearsal.pulumi("production", [...UP, ...targetsOf("bastion")], ONE_BY_ONE);
    expect(first.failed, first.text).toBe(false);
    expect(shown(first.calls)).toEqual([
      "delete bastion-host",
      "create bastion-host",
      expect.stringMatching(/^update bastion$/),
    ]);
    const rest = await up("production");
    expect(awsCalls(rest)).toEqual([]);
    expect(new Set(rest.flatMap(({ host }) => host ?? [])).size).toBe(6);
    expect(await up("production")).toEqual([]);
  });

  test("the other region's cluster is made of the copy of the backups there", async () => {
    const calls = await up("dr-west");
    const policy = calls.find(({ name, type }) => name === "db-1-role" && type.endsWith(":RolePolicy"));
    expect(String(policy?.inputs["policy"])).toContain(
      "arn:aws:s3:::example-com-holdfast-east-replica/production/*",
    );
    expect(shown(calls)).not.toContain("create dr-west-service");
    expect(await up("dr-west")).toEqual([]);
  });

  test("both cannot have the service's name", async () => {
    await rehearsal.set("dr-west", "dr", { active: true });
    expect((await rehearsal.preview("dr-west")).text).toContain(
      "Pulumi.production.yaml says that production is active",
    );
    expect((await rehearsal.preview("production")).text).toContain(
      "Pulumi.dr-west.yaml says that dr-west is active",
    );
  });

  test("it moves with one word in each file, over the record that is there, which nobody takes away", async () => {
    await rehearsal.set("production", "dr", { active: false });
    const taken = await up("dr-west");
    expect(shown(taken)).toEqual(["create dr-west-service"]);
    expect(awsCalls(taken)[0]?.inputs).toMatchObject({
      name: "db.example.com",
      allowOverwrite: true,
      ttl: 30,
    });
    expect(shown(await up("production"))).toEqual([]);
    expect((await rehearsal.preview("production")).changes).toEqual([]);
  });

  test("it moves back in the same way", async () => {
    await rehearsal.set("dr-west", "dr", { active: false });
    await rehearsal.set("production", "dr", { active: true });
    expect(shown(await up("production"))).toEqual(["create production-service"]);
    expect(shown(await up("dr-west"))).toEqual([]);
  });

  test("a cluster is not destroyed while it is protected, nor is any part of it", async () => {
    const { failed, text, calls } = await rehearsal.pulumi("production", [
      "destroy",
      "--yes",
      "--skip-preview",
    ]);
    expect(failed).toBe(true);
    expect(text).toContain('the stack "production" is protected; nothing was destroyed');
    expect(text).toContain("pulumi config set --stack production --path holdfast:aws.protect false");
    expect(awsCalls(calls)).toEqual([]);
  });

  test("without that, it goes, and leaves its backups, their copy and the keys", async () => {
    await rehearsal.set("production", "aws", { protect: false });
    expect(shown(await up("production"))).toEqual(["update production"]);
    const { failed, text, calls } = await rehearsal.pulumi("production", [
      "destroy",
      "--yes",
      "--skip-preview",
    ]);
    expect(failed, text).toBe(false);
    const gone = awsCalls(calls);
    expect(gone.every(({ call }) => call === "delete")).toBe(true);
    expect(gone.filter(({ name }) => /-host$/.test(name))).toHaveLength(7);
    expect(
      gone.filter(({ type }) => /^aws:(s3|kms)\/(bucket:|key)/.test(type)).map(({ name }) => name),
    ).toEqual([]);
    expect(gone.filter(({ name }) => name.endsWith("-service"))).toEqual([]);
  });

  test("what it has left is not made again over itself", async () => {
    const { text, failed } = await rehearsal.pulumi("production", ["preview"]);
    expect(failed).toBe(true);
    expect(text).toContain("a name of which nothing is left: the bucket example-com-holdfast-east of this");
  });

  test("a stack whose state was lost is not made a second time beside its data", async () => {
    await rehearsal.pulumi("dr-west", ["stack", "rm", "--force", "--yes", "--preserve-config"]);
    await rehearsal.pulumi("dr-west", ["stack", "init"]);
    const { text, failed, calls } = await rehearsal.pulumi("dr-west", ["preview"]);
    expect(failed).toBe(true);
    expect(text).toMatch(
      /the network vpc-[0-9a-f]+; the data volume of db-1, vol-[0-9a-f]+; the data volume of db-2, vol-/,
    );
    expect(text).toContain("it would be made a second time, and the data stay behind");
    expect(calls).toEqual([]);
  });
});
