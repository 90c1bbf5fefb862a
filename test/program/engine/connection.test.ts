import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../support/ports.ts";
import { deadEnd, passwordServer } from "./support/dead-ends.ts";
import { type Plugin, startPlugin } from "./support/plugin.ts";
import { ProviderClient } from "./support/provider.ts";
import { ecdsa, ed25519, rsa, type Sshd, startSshd } from "./support/sshd.ts";
import { type Plain, secret } from "./support/values.ts";

let plugin: Plugin;
let command: ProviderClient;
let host: Sshd;
let bastion: Sshd;

beforeAll(async () => {
  [plugin, host, bastion] = await Promise.all([
    startPlugin("command"),
    startSshd({ hostKeys: [ed25519(), ecdsa(), rsa()] }),
    startSshd(),
  ]);
  command = new ProviderClient(plugin.address, "command:remote:Command");
});

afterAll(async () => {
  command?.close();
  await plugin?.stop();
  await Promise.all([host?.stop(), bastion?.stop()]);
});

/** Runs a command that leaves a trace where it ran. */
async function visit(connection: Plain): Promise<unknown> {
  const script = `echo "$SSH_CONNECTION" >>${join(host.folder, "visits")}; echo hello`;
  const { outputs } = await command.create({ create: script, connection, logging: "none" });
  return outputs["stdout"];
}

const visits = (): readonly string[] => {
  const trace = join(host.folder, "visits");
  return existsSync(trace) ? readFileSync(trace, "utf8").trim().split("\n") : [];
};

describe("the key of a host", () => {
  test.each([0, 1, 2])(
    "is accepted when it is the pinned one, of each type that it has: %i",
    async (index) => {
      const hostKey = host.hostKeys[index]?.public;
      expect(await visit({ ...host.connection, hostKey })).toBe("hello");
    },
  );

  test.each([
    ["another of its type", ed25519],
    // That host has none of the type.
    ["one of another type", ecdsa],
  ])("is refused at once when %s is pinned, and no command runs", async (_title, make) => {
    const target = make === ecdsa ? { ...host.connection, ...bastion.connection } : host.connection;
    plugin.engine.lines.length = 0;
    const before = visits();
    await expect(visit({ ...target, hostKey: make().public, dialErrorLimit: 60 })).rejects.toThrow(
      `ssh: host key mismatch: 127.0.0.1:${String(target["port"])} has another key than the one pinned for it; nothing was sent\nnext: if the host was rebuilt`,
    );
    expect(visits()).toEqual(before);
    expect(plugin.engine.lines).toEqual([]);
  });

  test("that cannot be read is refused before any attempt", async () => {
    const server = await deadEnd("hangs up");
    onTestFinished(server.stop);
    const connection = { host: "127.0.0.1", port: server.port, hostKey: "ssh-ed25519 hidden" };
    await expect(visit(connection)).rejects.toThrow(/^"connection.hostKey" is not a public key/);
    expect(server.visits()).toBe(0);
  });
});

describe("logging in", () => {
  test("with another key fails", async () => {
    await expect(
      visit({ ...host.connection, privateKey: ed25519().private, dialErrorLimit: 0 }),
    ).rejects.toThrow(
      `after 0 failed attempts: dial 127.0.0.1:${host.port}: All configured authentication methods failed`,
    );
  });

  test.each(["password", "keyboard-interactive"] as const)(
    "with a password, asked for by %s",
    async (way) => {
      const server = await passwordServer(way, "open sesame");
      onTestFinished(server.stop);
      const connection = { host: "127.0.0.1", port: server.port, password: secret("open sesame") };
      expect(await visit(connection)).toBe("welcome");
      expect(server.logins.at(-1)).toEqual({ method: way, password: "open sesame" });
    },
  );

  test("tries the key before the password", async () => {
    const server = await passwordServer("password", "open sesame");
    onTestFinished(server.stop);
    const connection = { host: "127.0.0.1", port: server.port, password: "open sesame" };
    expect(await visit({ ...connection, privateKey: ed25519().private })).toBe("welcome");
    expect(server.logins.map((login) => login.method)).toEqual(["none", "publickey", "password"]);
  });

  test("shows neither password nor key, whatever goes wrong", async () => {
    const server = await passwordServer("password", "open sesame");
    onTestFinished(server.stop);
    plugin.engine.lines.length = 0;
    const wrong = ed25519().private;
    const base = { host: "127.0.0.1", port: server.port, dialErrorLimit: 1 };
    const failures = await Promise.all(
      [
        { ...base, password: "hidden-password" },
        { ...base, privateKey: wrong, privateKeyPassword: "hidden-password" },
        { ...base, privateKey: "hidden-password" },
        { ...base, privateKey: `${wrong.slice(0, 120)}hidden-password` },
        { ...base, privateKey: ed25519().public },
        { ...base, port: 1, privateKey: wrong, password: "hidden-password" },
      ].map((connection) =>
        visit(connection).then(
          () => "it worked",
          (error: Error) => error.message,
        ),
      ),
    );
    expect(failures).toEqual([
      expect.stringContaining("All configured authentication methods failed"),
      expect.stringContaining("All configured authentication methods failed"),
      expect.stringMatching(/^"connection.privateKey" cannot be read: /),
      expect.stringMatching(/^"connection.privateKey" cannot be read: /),
      '"connection.privateKey" is a public key',
      expect.stringContaining("ECONNREFUSED"),
    ]);
    const shown = [...failures, ...plugin.engine.messages()].join("\n");
    expect(shown).not.toContain("hidden");
    expect(shown).not.toContain(wrong.split("\n")[1]);
  });
});

describe("a host that does not answer", () => {
  test("is tried until it does", async () => {
    const port = await freePort();
    const user = ed25519();
    plugin.engine.lines.length = 0;
    const reached = visit({ ...host.connection, port, privateKey: user.private, dialErrorLimit: 60 });
    await plugin.engine.untilLogged("Dial 3/60 failed: retrying");
    const late = await startSshd({ port, user });
    onTestFinished(late.stop);
    expect(await reached).toBe("hello");
    expect(plugin.engine.lines[0]).toEqual({
      urn: command.urn,
      message: "Dial 1/60 failed: retrying",
      severity: "info",
      ephemeral: true,
    });
  });

  test.each([0, 2])(
    "is tried once more than the limit of %i errors, which the error tells",
    async (limit) => {
      const server = await deadEnd("hangs up");
      onTestFinished(server.stop);
      plugin.engine.lines.length = 0;
      await expect(
        visit({ host: "127.0.0.1", port: server.port, password: "x", dialErrorLimit: limit }),
      ).rejects.toThrow(
        new RegExp(
          `after ${limit} failed attempts: dial 127.0.0.1:${server.port}: .*\nnext: see whether the host runs`,
        ),
      );
      expect(server.visits()).toBe(limit + 1);
      expect(plugin.engine.messages()).toEqual(
        ["Dial 1/2 failed: retrying", "Dial 2/2 failed: retrying"].slice(0, limit),
      );
    },
  );

  test("is given up for one attempt after perDialTimeout", async () => {
    const server = await deadEnd("is silent");
    onTestFinished(server.stop);
    const started = Date.now();
    await expect(
      visit({ host: "127.0.0.1", port: server.port, password: "x", dialErrorLimit: 0, perDialTimeout: 1 }),
    ).rejects.toThrow("Timed out while waiting for handshake");
    expect(Date.now() - started).toBeGreaterThanOrEqual(950);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test("is tried no more after a cancellation", async () => {
    const cancelled = await startPlugin("command");
    const client = new ProviderClient(cancelled.address, "command:remote:Command");
    onTestFinished(async () => {
      client.close();
      await cancelled.stop();
    });
    const connection = { host: "127.0.0.1", port: await freePort(), dialErrorLimit: -1 };
    const outcome = expect(client.create({ create: "true", connection })).rejects.toThrow(
      "cancelled while dialing",
    );
    await cancelled.engine.untilLogged("Dial 2/inf failed: retrying");
    await client.cancel();
    await outcome;
  });
});

describe("a proxy", () => {
  test("is what the host is reached from", async () => {
    const proxy = { ...bastion.connection, hostKey: bastion.hostKeys[0]?.public };
    const hostKey = host.hostKeys[0]?.public;
    expect(await visit({ ...host.connection, hostKey, proxy })).toBe("hello");
  });

  test("and the host behind it each have their own pinned key", async () => {
    const before = visits();
    await expect(
      visit({ ...host.connection, proxy: { ...bastion.connection, hostKey: ed25519().public } }),
    ).rejects.toThrow(`proxy: ssh: host key mismatch: 127.0.0.1:${bastion.port}`);
    await expect(
      visit({ ...host.connection, hostKey: ed25519().public, proxy: bastion.connection }),
    ).rejects.toThrow(`proxy: ssh: host key mismatch: 127.0.0.1:${host.port}`);
    expect(visits()).toEqual(before);
  });

  test("has its own limit of errors, and so has the host behind it", async () => {
    plugin.engine.lines.length = 0;
    const dead = { host: "127.0.0.1", port: await freePort() };
    await expect(visit({ ...host.connection, proxy: { ...dead, dialErrorLimit: 1 } })).rejects.toThrow(
      `proxy: after 1 failed attempts: dial 127.0.0.1:${dead.port}: `,
    );
    expect(plugin.engine.messages()).toEqual(["Dial proxy 1/1 failed: retrying"]);
    plugin.engine.lines.length = 0;
    await expect(visit({ ...dead, dialErrorLimit: 2, proxy: bastion.connection })).rejects.toThrow(
      "proxy: after 2 failed attempts: ",
    );
    expect(plugin.engine.messages()).toEqual([
      "Dial from proxy 1/2 failed: retrying",
      "Dial from proxy 2/2 failed: retrying",
    ]);
  });
});
