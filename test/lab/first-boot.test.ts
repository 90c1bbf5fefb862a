import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { osFiles } from "../../components/os/files.ts";
import { DATA_ROOT, scriptPath } from "../../components/paths.ts";
import { generateSshKeyPair } from "../../components/remote/ssh-key-pair.ts";
import { renderUserData } from "../../infra/aws/user-data.ts";
import { podman } from "../../scripts/stack/containers.ts";
import { removeLab } from "../../scripts/stack/remove-lab.ts";
import { firstHost, fixturePlan } from "../support/fixtures.ts";
import { buildCloudImage, Disk, Machine } from "./support/first-boot.ts";
import { labName } from "./support/machine.ts";

// The text that a machine of EC2 boots with, under a real cloud-init, on hosts that are on no network: what they speak to
// is within them.

const LAB = labName("-first-boot");
const IMAGE = `localhost/${LAB}`;
const PARAMETER = "/holdfast/blue/db-1/ssh-host-key";
const ADMINISTRATOR = generateSshKeyPair().public.trim();
const USER_DATA = renderUserData({
  hostname: "db-1",
  fqdn: "db-1.blue.holdfast.internal",
  publicKey: ADMINISTRATOR,
  volume: "vol-0123456789abcdef0",
  mountPoint: DATA_ROOT,
  hostKeyParameter: PARAMETER,
  region: "us-east-1",
});
/** What is not there is not waited for. */
const IMPATIENT = USER_DATA.replace("patience=300", "patience=2");

const disk = await Disk.make(96);
const boot = (name: string, on: Disk | undefined, userData = USER_DATA) =>
  Machine.boot(`holdfast-${LAB}-${name}`, { image: IMAGE, label: LAB, userData, disk: on });

interface Told {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether Amazon would take its signature. */
  readonly signed: boolean;
  /** Whether curl was seen among the commands of that moment, and which credentials were in their words. */
  readonly curl: boolean;
  readonly exposed: readonly string[];
}
const told = async (machine: Machine): Promise<readonly Told[]> =>
  (await machine.run("cat /var/log/requests.jsonl"))
    .trim()
    .split("\n")
    .map((line): Told => JSON.parse(line));

/** In MiB, as the file system has it. */
const size = async (machine: Machine) =>
  Number(await machine.run(`df --output=size --block-size=1M ${DATA_ROOT} | tail -n 1`));

/** Capability 24 of Linux, CAP_SYS_RESOURCE, which resizing what is mounted needs. */
const mayResize = (): boolean => {
  const [, mask = "0"] = /^CapEff:\s+([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return (BigInt(`0x${mask}`) >> 24n) % 2n === 1n;
};

const plan = fixturePlan("custom");
const activation = osFiles(plan, { ...firstHost(plan, "database"), diskGiB: 0 }, false).find(
  ({ path }) => path === scriptPath("os"),
);
const GROW = `work=/tmp; fail() { echo "$@"; exit 1; }; ${activation?.content}\ngrow`;

/** As at another boot. */
const AGAIN = 'bash /usr/local/sbin/holdfast-first-boot; echo "ended with $?"';
const standIn = (program: string, script: string): string =>
  `printf '#!/bin/sh\\n%s\\n' '${script}' >/usr/local/sbin/${program}; chmod 755 /usr/local/sbin/${program}`;

beforeAll(() => buildCloudImage(IMAGE));
afterAll(async () => {
  await removeLab(LAB);
  await disk?.remove();
  await podman(["image", "rm", "--force", "--ignore", IMAGE]);
});

// There are machines that give no block device to anybody.
describe.skipIf(disk === undefined)("a machine with an empty volume (skipped: no loop device here)", () => {
  let first: Machine;
  let next: Machine;
  let uuid: string;

  beforeAll(async () => {
    first = await boot("first", disk);
    const { status, detail } = await first.booted();
    expect(status, detail).toBe("done");
  });

  test("has user data that cloud-init's own schema knows", async () => {
    expect(await first.run("cloud-init schema --system")).toMatch(/^Valid schema user-data$/m);
  });

  test("formats it and mounts it by what it is, whatever it is called at the next boot", async () => {
    const mounted = await first.run(`findmnt --noheadings --output FSTYPE,OPTIONS ${DATA_ROOT}`);
    expect(mounted).toMatch(/^ext4 .*noatime/);
    uuid = await first.run("blkid -o value -s UUID /dev/data");
    expect(await first.run("cat /etc/fstab")).toContain(`UUID=${uuid} ${DATA_ROOT} ext4 noatime,nofail`);
    await first.run(`echo kept >${DATA_ROOT}/file`);
  });

  test("has its names, and one administrator with one key, who needs no password and has none", async () => {
    expect(await first.run("hostname")).toBe("db-1");
    // Debian's images say otherwise, and Holdfast's own names would go with the first reboot.
    expect(await first.run("cat /etc/hosts")).not.toContain("manage_etc_hosts");
    expect(await first.run("cat /home/admin/.ssh/authorized_keys")).toBe(ADMINISTRATOR);
    expect(await first.run("passwd --status admin")).toMatch(/^admin L/);
    expect(await first.run("runuser -u admin -- sudo -n id -u")).toMatch(/^0$/m);
  });

  test("lets nobody in by a password, nor root, and takes many connections at a time", async () => {
    const sshd = await first.run("sshd -T");
    expect(sshd).toMatch(/^passwordauthentication no$/m);
    expect(sshd).toMatch(/^permitrootlogin no$/m);
    expect(sshd).toMatch(/^maxstartups 60:30:120$/m);
  });

  test("tells its only host key once, signed, with its own identity", async () => {
    const key = (await first.run("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub")).trim();
    // The host image makes keys of all kinds when its SSH starts, as Debian's own does at a first boot.
    expect(await first.run("ls /etc/ssh/ssh_host_*_key")).toContain("ssh_host_rsa_key");
    const offered = await first.run("ssh-keyscan -q -t rsa,ecdsa,ed25519 127.0.0.1 2>/dev/null");
    expect(offered.split("\n").filter((line) => line !== "")).toEqual([`127.0.0.1 ${key}`]);
    const requests = await told(first);
    expect(requests).toHaveLength(1);
    const [{ headers, body, ...seen } = { headers: {}, body: "" }] = requests;
    expect(seen).toEqual({ signed: true, curl: true, exposed: [] });
    expect(JSON.parse(body)).toEqual({
      Name: PARAMETER,
      Type: "String",
      Overwrite: true,
      Value: `i-0123456789abcdef0 ${key}`,
    });
    expect(headers).toMatchObject({
      "x-amz-target": "AmazonSSM.PutParameter",
      "x-amz-security-token": "the-session-token",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/us-east-1\/ssm\/aws4_request, SignedHeaders=.*x-amz-security-token.*, Signature=[0-9a-f]{64}$/,
      ),
    });
  });

  test("leaves no credentials in its logs", async () => {
    const logs = await first.run("cat /var/log/cloud-init*.log; journalctl --no-pager");
    expect(logs).not.toContain("the-secret-access-key");
    expect(logs).not.toContain("the-session-token");
  });

  test("does the same again without harm", async () => {
    expect(await first.run("bash /usr/local/sbin/holdfast-first-boot && echo fine")).toMatch(/fine$/);
    expect(await first.run(`cat ${DATA_ROOT}/file; grep -c ${DATA_ROOT} /etc/fstab`)).toBe("kept\n1");
  });

  test("leaves it to the next machine of its name, with all that is on it", async () => {
    await podman(["rm", "--force", "--time", "5", first.name]);
    await disk?.grow(192);
    next = await boot("next", disk);
    const { status, detail } = await next.booted();
    expect(status, detail).toBe("done");
    expect(await next.run(`cat ${DATA_ROOT}/file; blkid -o value -s UUID /dev/data`)).toBe(`kept\n${uuid}`);
  });

  test.skipIf(!mayResize())(
    "has the file system follow the volume, at a boot and while it is in use (skipped: nobody may resize one here)",
    async () => {
      expect(await size(next)).toBeGreaterThan(150);
      await disk?.grow(288);
      expect(await next.run(GROW)).toBe("");
      expect(await size(next)).toBeGreaterThan(240);
    },
  );

  test("does not take a volume for empty that cannot be read", async () => {
    const broken = `umount ${DATA_ROOT}; ${standIn("wipefs", "echo unreadable >&2; exit 1")}`;
    expect(await next.run(`${broken}; ${AGAIN}`)).toMatch(/unreadable[\s\S]*ended with 1$/);
    expect(await next.run("rm /usr/local/sbin/wipefs; blkid --probe -o value -s UUID /dev/data")).toBe(uuid);
  });

  test("says when the volume's file system is not the one that is to be mounted", async () => {
    await next.run(
      "cp /etc/fstab /tmp; sed -i 's/^UUID=[^ ]*/UUID=12345678-1234-1234-1234-123456789abc/' /etc/fstab",
    );
    expect(await next.run(AGAIN)).toMatch(/is not mounted at \/srv\/data[\s\S]*ended with 1$/);
    expect(await next.run(`cp /tmp/fstab /etc; ${AGAIN}; cat ${DATA_ROOT}/file`)).toMatch(
      /ended with 0\nkept$/,
    );
  });

  test("says when a volume has less than what it is meant to have", async () => {
    const tooLarge = GROW.replace(/^data_gib=.*$/m, "data_gib=1").replace("SECONDS + 60", "SECONDS + 1");
    expect(await next.run(tooLarge)).toMatch(/at \/srv\/data has 0 GiB, and 1 are configured/);
    await podman(["rm", "--force", "--time", "5", next.name]);
  });

  test("does not touch one that has partitions or anything else, says so, and is reached all the same", async () => {
    const partitioned = await Disk.make(32, "partitioned");
    try {
      const other = await boot("other", partitioned);
      const { status, detail } = await other.booted();
      expect(status).toBe("error");
      expect(detail).toContain("has something on it that is no ext4 file system; nothing was changed");
      expect(await other.run("wipefs --noheadings /dev/data")).toContain("dos");
      expect(await told(other)).toHaveLength(1);
      expect(await other.run(`wipefs -qa /dev/data; mkswap -q /dev/data; ${AGAIN}`)).toMatch(
        /no ext4 file system; nothing was changed[\s\S]*ended with 1$/,
      );
      expect(await other.run("wipefs --noheadings /dev/data")).toContain("swap");
      expect(await other.run("cat /etc/fstab")).not.toContain(DATA_ROOT);
      await podman(["rm", "--force", "--time", "5", other.name]);
    } finally {
      await partitioned?.remove();
    }
  });
});

test("a machine whose volume does not come says so, formats nothing, and is reached all the same", async () => {
  const machine = await boot("alone", undefined, IMPATIENT);
  const { status, detail } = await machine.booted();
  expect(status).toBe("error");
  expect(detail).toContain("the volume vol0123456789abcdef0 did not appear within 2 s");
  expect(await machine.run(`mountpoint ${DATA_ROOT}`)).toMatch(/not a mountpoint|No such file/);
  expect(await told(machine)).toHaveLength(1);
});
