import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runSsh } from "../../../scripts/cli/ssh-session.ts";
import type { StackHost } from "../../../scripts/stack/outputs.ts";
import { HostSession } from "../../../scripts/stack/ssh.ts";
import { freePort } from "../../support/ports.ts";
import { ed25519, type Sshd, startSshd } from "./support/sshd.ts";

// A host that is reached over another machine, by the operator's commands and by OpenSSH alike.
const user = ed25519();
let first: Sshd;
let second: Sshd;
let host: StackHost;

beforeAll(async () => {
  [first, second] = await Promise.all([startSshd({ user }), startSshd({ user })]);
  const end = (sshd: Sshd) => ({
    host: "127.0.0.1",
    port: sshd.port,
    user: "root",
    hostKey: sshd.hostKeys[0]?.public ?? "",
  });
  wayIn = end(first);
  host = {
    name: "db-1",
    role: "database",
    zone: "a",
    address: "127.0.0.1",
    ssh: { ...end(second), through: wayIn },
  };
});
afterAll(() => Promise.all([first?.stop(), second?.stop()]));

const access = { sshPrivateKey: user.private };
let wayIn: NonNullable<StackHost["ssh"]["through"]>;
const withThrough = (change: Partial<typeof wayIn>): StackHost => ({
  ...host,
  ssh: { ...host.ssh, through: { ...wayIn, ...change } },
});

describe("a host behind another machine", () => {
  test("is spoken to over it", async () => {
    const session = await HostSession.open(access, host);
    const { stdout } = await session.run("echo $SSH_CONNECTION; echo hello");
    session.close();
    expect(stdout).toContain("hello");
  });

  test("is not spoken to when that machine shows another key, which is named", async () => {
    await expect(HostSession.open(access, withThrough({ hostKey: ed25519().public }))).rejects.toThrow(
      `the way in to db-1 (127.0.0.1:${first.port}) shows another SSH host key than the one pinned for it`,
    );
  });

  test("is not spoken to when it shows another key itself", async () => {
    const other = { ...host, ssh: { ...host.ssh, hostKey: ed25519().public } };
    await expect(HostSession.open(access, other)).rejects.toThrow(
      `db-1 (127.0.0.1:${second.port}) shows another SSH host key`,
    );
  });

  test("is named with the one of the two that does not answer", async () => {
    const dead = await freePort();
    await expect(HostSession.open(access, withThrough({ port: dead }))).rejects.toThrow(
      `the way in to db-1 (127.0.0.1:${dead}) does not answer`,
    );
    await expect(HostSession.open(access, { ...host, ssh: { ...host.ssh, port: dead } })).rejects.toThrow(
      `db-1 (127.0.0.1:${dead}) does not answer`,
    );
  });

  test("opens a shell over it, with both keys pinned", async () => {
    expect(await runSsh(access, host, ["true"])).toBe(0);
    expect(await runSsh(access, withThrough({ hostKey: ed25519().public }), ["true"])).not.toBe(0);
  });
});
