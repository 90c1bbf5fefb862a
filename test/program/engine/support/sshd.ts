import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { utils } from "ssh2";
import { generateSshKeyPair, type SshKeyPair } from "../../../../components/remote/ssh-key-pair.ts";
import { HOST_IMAGE } from "../../../../scripts/setup/host-image.ts";
import { podman, podmanCommand } from "../../../../scripts/stack/containers.ts";
import { labName } from "../../../lab/support/machine.ts";
import { containerOptions } from "../../../support/container-options.ts";
import { freePort } from "../../../support/ports.ts";
import type { Plain } from "./values.ts";

export interface SshdOptions {
  readonly port?: number;
  /** The key to log in with. */
  readonly user?: SshKeyPair;
  readonly hostKeys?: readonly SshKeyPair[];
  /** More lines of its configuration. */
  readonly settings?: readonly string[];
}

export interface Sshd {
  readonly port: number;
  readonly hostKeys: readonly SshKeyPair[];
  /** The whole of a connection to it as the current user. */
  readonly connection: Plain & { readonly privateKey: string };
  /** A folder of its own, for what commands write. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

export const ed25519 = generateSshKeyPair;
export const ecdsa = (): SshKeyPair => utils.generateKeyPairSync("ecdsa", { bits: 256 });
export const rsa = (): SshKeyPair => utils.generateKeyPairSync("rsa", { bits: 2048 });

/**
 * OpenSSH's own server on loopback, for root and one new key. It is the one of a lab's hosts, in a container of its
 * own: a machine that runs the tests need not be a server.
 */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-sshd-"));
  const user = options.user ?? ed25519();
  const hostKeys = options.hostKeys ?? [ed25519()];
  const port = options.port ?? (await freePort());
  const hostKeyFiles = hostKeys.map((_, index) => join(folder, `host_key_${index}`));
  for (const [index, key] of hostKeys.entries()) {
    await writeFile(hostKeyFiles[index] ?? "", `${key.private}\n`, { mode: 0o600 });
  }
  const authorized = join(folder, "authorized_keys");
  await writeFile(authorized, `${user.public}\n`);
  const config = join(folder, "sshd_config");
  await writeFile(
    config,
    [
      "ListenAddress 127.0.0.1",
      `Port ${port}`,
      ...hostKeyFiles.map((file) => `HostKey ${file}`),
      `AuthorizedKeysFile ${authorized}`,
      "StrictModes no",
      "UsePAM no",
      "PidFile none",
      "PermitRootLogin yes",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      ...(options.settings ?? []),
      "",
    ].join("\n"),
  );
  const name = `holdfast-sshd-${port}`;
  // Labelled like a test's lab, so that the next run removes what a killed one leaves.
  const [program, ...args] = podmanCommand([
    ...[
      "run",
      "--rm",
      "--pull",
      "never",
      "--name",
      name,
      "--label",
      `holdfast=${labName()}`,
      "--network",
      "host",
    ],
    ...containerOptions(),
    ...["--volume", `${folder}:${folder}`, HOST_IMAGE],
    ...["sh", "-c", `mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e -f ${config}`],
  ]);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      if (line.includes("Server listening")) {
        resolve();
      }
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`sshd ended with ${code}:\n${said.join("\n")}`)));
  });
  return {
    port,
    hostKeys,
    folder,
    connection: {
      host: "127.0.0.1",
      port,
      user: "root",
      privateKey: user.private,
      dialErrorLimit: 3,
      perDialTimeout: 15,
    },
    stop: async () => {
      await podman(["rm", "--force", "--time", "0", "--ignore", name]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
