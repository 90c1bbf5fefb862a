import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { HOST_IMAGE } from "../../../scripts/setup/host-image.ts";
import { podman, podmanCommand } from "../../../scripts/stack/containers.ts";
import { containerOptions } from "../../support/container-options.ts";

const REGION = "us-east-1";

/** What a machine of EC2 has around it, within the host itself: it is on no network at all. */
const SURROUNDINGS = `[Unit]
DefaultDependencies=no
Before=cloud-init-local.service
After=systemd-remount-fs.service
[Service]
ExecStartPre=/usr/sbin/ip addr add 169.254.169.254/32 dev lo
ExecStartPre=/bin/sh -c 'mkdir -p /dev/disk/by-id; test ! -b /dev/data || ln -sf /dev/data /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0'
ExecStart=/usr/bin/python3 /opt/metadata.py /opt/ca.pem /opt/key.pem /var/log/requests.jsonl
[Install]
WantedBy=cloud-init.target multi-user.target
`;

const CONTAINERFILE = `FROM ${HOST_IMAGE}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends cloud-init curl openssl python3 e2fsprogs fdisk
COPY metadata.py /opt/
COPY surroundings.service /etc/systemd/system/
RUN openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ssm.${REGION}.amazonaws.com -addext subjectAltName=DNS:ssm.${REGION}.amazonaws.com -keyout /opt/key.pem -out /opt/ca.pem && \\
    cp /opt/ca.pem /usr/local/share/ca-certificates/test.crt && update-ca-certificates && \\
    printf 'datasource_list: [NoCloud]\\nmanage_etc_hosts: true\\n' >/etc/cloud/cloud.cfg.d/01-debian-cloud.cfg && \\
    mkdir -p /var/lib/cloud/seed/nocloud && userdel --remove admin && rm -f /etc/sudoers.d/admin && \\
    systemctl enable surroundings.service && apt-get clean
`;

/** The host image with cloud-init and with stand-ins for what is around a machine of EC2. */
export async function buildCloudImage(tag: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-cloud-image-"));
  try {
    await writeFile(join(folder, "Containerfile"), CONTAINERFILE);
    await writeFile(join(folder, "surroundings.service"), SURROUNDINGS);
    await writeFile(
      join(folder, "metadata.py"),
      await readFile(new URL("./metadata.py", import.meta.url), "utf8"),
    );
    const [program, ...args] = podmanCommand(["build", "--network", "host", "--tag", tag, folder]);
    await execa(program, args);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const asRoot = (program: string, args: readonly string[]) =>
  process.getuid?.() === 0 ? execa(program, args) : execa("sudo", ["-n", program, ...args]);

/** The first sector of a disk with one partition of Linux. */
const MASTER_BOOT_RECORD = Buffer.alloc(512);
MASTER_BOOT_RECORD.writeUInt8(0x83, 446 + 4);
MASTER_BOOT_RECORD.writeUInt32LE(2048, 446 + 8);
MASTER_BOOT_RECORD.writeUInt32LE(4096, 446 + 12);
MASTER_BOOT_RECORD.writeUInt16LE(0xaa55, 510);

/** A block device over a sparse file; undefined where the machine has none to give. */
export class Disk {
  readonly #file: string;
  readonly device: string;

  private constructor(file: string, device: string) {
    this.#file = file;
    this.device = device;
  }

  static async make(mib: number, content: "empty" | "partitioned" = "empty"): Promise<Disk | undefined> {
    const file = join("/var/tmp", `holdfast-test-disk-${randomUUID()}`);
    await execa("truncate", ["--size", `${mib}M`, file]);
    if (content === "partitioned") await writeFile(file, MASTER_BOOT_RECORD, { flag: "r+" });
    try {
      const { stdout } = await asRoot("losetup", ["--find", "--show", file]);
      return new Disk(file, stdout.trim());
    } catch {
      await rm(file);
      return undefined;
    }
  }

  async grow(mib: number): Promise<void> {
    await execa("truncate", ["--size", `${mib}M`, this.#file]);
    await asRoot("losetup", ["--set-capacity", this.device]);
  }

  async remove(): Promise<void> {
    await asRoot("losetup", ["--detach", this.device]);
    await rm(this.#file);
  }
}

/** A machine that boots for the first time, with this user data and this disk. */
export class Machine {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  static async boot(
    name: string,
    options: {
      readonly image: string;
      readonly label: string;
      readonly userData: string;
      readonly disk: Disk | undefined;
    },
  ): Promise<Machine> {
    const { image, label, userData, disk } = options;
    const seed = await mkdtemp(join(tmpdir(), "holdfast-seed-"));
    try {
      await writeFile(join(seed, "user-data"), userData);
      await writeFile(join(seed, "meta-data"), "instance-id: i-0123456789abcdef0\n");
      await must(
        ...["create", "--name", name, "--label", `holdfast=${label}`, "--systemd=always"],
        ...[
          "--cap-add",
          "SYS_ADMIN,NET_ADMIN,SYS_RESOURCE",
          "--security-opt",
          "apparmor=unconfined",
          "--network",
          "none",
        ],
        ...containerOptions(),
        ...(disk === undefined ? [] : ["--device", `${disk.device}:/dev/data`]),
        ...["--add-host", `ssm.${REGION}.amazonaws.com:127.0.0.1`, image, "/sbin/init"],
      );
      await must("cp", `${seed}/.`, `${name}:/var/lib/cloud/seed/nocloud/`);
    } finally {
      await rm(seed, { recursive: true, force: true });
    }
    await must("start", name);
    return new Machine(name);
  }

  /** What a shell script on it prints; its failure is part of it. */
  async run(script: string): Promise<string> {
    const [program, ...args] = podmanCommand(["exec", this.name, "bash", "-c", script]);
    const { all } = await execa(program, args, { reject: false, all: true });
    return all;
  }

  /** Waits for cloud-init to end: "done", or "error" with its errors behind it. */
  async booted(): Promise<{ readonly status: string; readonly detail: string }> {
    const text = await this.run("cloud-init status --wait --format json 2>/dev/null");
    const parsed: { status: string; errors: string[] } = JSON.parse(text.slice(text.indexOf("{")));
    return { status: parsed.status, detail: await this.run("cat /var/log/cloud-init-output.log") };
  }
}

async function must(...args: readonly string[]): Promise<void> {
  const { failed, stderr } = await podman(args);
  if (failed) throw new Error(`podman ${args[0]}: ${stderr}`);
}
