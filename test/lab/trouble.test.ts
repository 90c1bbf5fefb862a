import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { renderBundle } from "../../components/remote/managed-file.ts";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { HOST_IMAGE } from "../../scripts/setup/host-image.ts";
import { placeAt, requireSpace } from "../../scripts/setup/space.ts";
import { requireClocks } from "../../scripts/stack/clocks.ts";
import { podman, podmanCommand } from "../../scripts/stack/containers.ts";
import type { StackHost } from "../../scripts/stack/outputs.ts";
import { removeLab } from "../../scripts/stack/remove-lab.ts";
import { runOnHost } from "../../scripts/stack/ssh.ts";
import { Lab } from "./support/lab.ts";
import { labName } from "./support/machine.ts";

// What goes wrong on the machine below a lab, with one host made by the program's own scripts instead of a whole lab.

const LAB = labName("-trouble");
const NETWORK = `holdfast-${LAB}`;
const BASE = 47_000;
const KEYS = ssh2.utils.generateKeyPairSync("ed25519", { comment: "test" });

/** One of the lab's scripts, as the program runs it. */
const script = (
  name: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  path?: string,
) =>
  execa("/bin/bash", [`infra/local/${name}.sh`, ...args], {
    cwd: PROJECT_ROOT,
    env: {
      STACK: LAB,
      NETWORK,
      IMAGE: HOST_IMAGE,
      MEMORY_MIB: "256",
      CPUS: "1",
      ...environment,
      ...(path ? { PATH: path } : {}),
    },
    input: KEYS.public,
    reject: false,
  });

const host = (name: string, address: number, environment: Record<string, string> = {}) =>
  script("host", ["create", `${NETWORK}-${name}`], {
    HOST: name,
    ADDRESS: `10.76.201.${address}`,
    PORTS: `${BASE + address}:22`,
    ...environment,
  });

let one: StackHost;

beforeAll(async () => {
  const network = await script("network", ["create", NETWORK, "10.76.201.0/24", LAB]);
  expect(network.failed, network.stderr).toBe(false);
  const made = await host("db-1", 11);
  expect(made.failed, made.stderr).toBe(false);
  one = {
    name: "db-1",
    role: "database",
    zone: "a",
    address: "10.76.201.11",
    ssh: { host: "127.0.0.1", port: BASE + 11, user: "admin", hostKey: JSON.parse(made.stdout).hostKey },
  };
});

afterAll(async () => {
  await removeLab(LAB);
  await podman(["image", "rm", "--force", "--ignore", `localhost/${LAB}`]);
});

const stack = () => ({ sshPrivateKey: KEYS.private, hosts: [one] });

test("a machine without podman is told so before anything else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-path-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink("/usr/bin/dirname", join(folder, "dirname"));
  const { exitCode, stderr } = await script("host", ["create", "any"], {}, folder);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^podman is not installed on this machine\nnext: run "npm run up", which installs it/,
  );
});

describe("a port that is taken", () => {
  test("by another container is named with it", async () => {
    const { exitCode, stderr } = await host("db-2", 12, { PORTS: `${BASE + 11}:22` });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `host db-2, step container: the port ${BASE + 11} on 127.0.0.1 is taken by the container ${NETWORK}-db-1\nnext: end the program that has the port`,
    );
  });

  test("by a program is named with it", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(BASE + 13, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { exitCode, stderr } = await host("db-3", 13);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `host db-3, step container: the port ${BASE + 13} on 127.0.0.1 is taken by .*, process ${process.pid}\\n`,
      ),
    );
    expect(stderr).toContain(
      "next: end the program that has the port, or choose other ports: pulumi config set",
    );
  });
});

test("a host that never boots is named with its last lines", async () => {
  const [program, ...rest] = podmanCommand(["build", "--quiet", "--tag", `localhost/${LAB}`, "-"]);
  await execa(program, rest, {
    // It runs, and says something, but no SSH ever comes.
    input: `FROM ${HOST_IMAGE}\nRUN rm -f /sbin/init && printf '#!/bin/sh\\necho stuck here\\nexec sleep 600\\n' >/sbin/init && chmod 755 /sbin/init\n`,
  });
  const { exitCode, stderr } = await host("db-4", 14, { IMAGE: `localhost/${LAB}`, BOOT_SECONDS: "3" });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("stuck here");
  expect(stderr).toContain(
    `host db-4, step container: ${NETWORK}-db-4 did not boot within 3 s\nnext: see its last lines`,
  );
});

test("a host with another key than the pinned one gets nothing", async () => {
  const other = ssh2.utils.generateKeyPairSync("ed25519").public.split(" ").slice(0, 2).join(" ");
  const wrong = { ...one, ssh: { ...one.ssh, hostKey: other } };
  const marked = () => podman(["exec", `${NETWORK}-db-1`, "ls", "/root/mark"]);
  await expect(runOnHost(stack(), wrong, "touch /root/mark")).rejects.toThrow(
    `db-1 (127.0.0.1:${BASE + 11}) shows another SSH host key than the one pinned for it; nothing was sent\nnext: if you rebuilt this host`,
  );
  expect((await marked()).failed).toBe(true);
  expect((await runOnHost(stack(), one, "touch /root/mark")).code).toBe(0);
  expect((await marked()).failed).toBe(false);
});

test("a clock that is an hour off is noticed, and the host named", async () => {
  await requireClocks(stack());
  // Containers have this machine's clock, so the host's own program says another time.
  const date = "/usr/local/bin/date";
  const { code } = await runOnHost(
    stack(),
    one,
    `printf '#!/bin/sh\\nexec /usr/bin/date --date "1 hour ago" "$@"\\n' >${date} && chmod 755 ${date}`,
  );
  expect(code).toBe(0);
  onTestFinished(async () => void (await runOnHost(stack(), one, `rm ${date}`)));
  await expect(requireClocks(stack())).rejects.toThrow(
    /^clocks differ from this machine's by more than 30 s.*: db-1 is 3(600|599) s behind\nnext: set the clock that is wrong/,
  );
});

test("a package that cannot be had ends the step with what apt said", async () => {
  const bundle = renderBundle([
    {
      path: "/usr/local/lib/holdfast/os.sh",
      owner: "root:root",
      mode: "0644",
      content: "apply() { packages holdfast-no-such-package; }\n",
    },
  ]);
  const agent = "/mnt/agent";
  const [program, ...rest] = podmanCommand([
    ...[
      "run",
      "--rm",
      "--interactive",
      "--label",
      `holdfast=${LAB}`,
      "--network",
      "none",
      "--hostname",
      "db-5",
    ],
    ...["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"],
    ...["--volume", `${PROJECT_ROOT}/components/remote/agent.sh:${agent}:ro`, HOST_IMAGE],
    ...["sh", "-c", `bash ${agent} stage os files && bash ${agent} activate os; echo "ended with $?" >&2`],
  ]);
  const { stderr } = await execa(program, rest, { input: bundle, reject: false });
  expect(stderr).toContain("E: Unable to locate package holdfast-no-such-package");
  expect(stderr).toContain(
    "host db-5, step os: could not install holdfast-no-such-package\nnext: check this host's package sources",
  );
  expect(stderr).toContain("ended with 1");
});

test.skipIf(process.getuid?.() !== 0)(
  "a volume without space ends up before it starts (needs root)",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-full-"));
    await execa("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
    onTestFinished(async () => {
      await execa("umount", ["--lazy", folder]);
      await rm(folder, { recursive: true });
    });
    const place = await placeAt(folder);
    expect(() => requireSpace(place, { what: "an update", gib: 1 })).toThrow(
      `the volume of ${folder} has 0.1 GiB free, and an update needs 1\nnext: free some: podman image prune`,
    );
    expect(() => requireSpace({ ...place, freeGib: 1 }, { what: "an update", gib: 1 })).not.toThrow();

    // Another podman, all of whose images and volumes would be on the small volume.
    const storage = join(folder, "storage.conf");
    await writeFile(
      storage,
      `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n`,
    );
    await new Lab(LAB).configure({});
    const up = await execa(join(PROJECT_ROOT, "holdfast"), ["up", "--stack", LAB], {
      cwd: PROJECT_ROOT,
      env: { CONTAINERS_STORAGE_CONF: storage },
      reject: false,
      stdin: "ignore",
    });
    expect(up.exitCode).toBe(1);
    expect(up.stderr).toMatch(
      /the volume of .*\/graph has 0\.\d GiB free, and a first lab needs 8\nnext: free some/,
    );
    expect(up.stdout).not.toContain("Updating");
  },
);
