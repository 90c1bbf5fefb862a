import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackHost } from "../../../scripts/stack/outputs.ts";
import { wayTo } from "../../../scripts/stack/tunnel.ts";
import { freePort, listen } from "../../support/ports.ts";
import { ed25519, type Sshd, startSshd } from "./support/sshd.ts";

// An endpoint on a proxy that only its own machine reaches: the echo here listens beside the second SSH server.
const user = ed25519();
let first: Sshd;
let second: Sshd;
let echo: Server;
let port: number;
let proxy: StackHost;

beforeAll(async () => {
  [first, second] = await Promise.all([startSshd({ user }), startSshd({ user })]);
  echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  port = await listen(echo);
  const end = (sshd: Sshd) => ({
    host: "127.0.0.1",
    port: sshd.port,
    user: "root",
    hostKey: sshd.hostKeys[0]?.public ?? "",
  });
  proxy = {
    name: "proxy-1",
    role: "proxy",
    zone: "a",
    address: "127.0.0.1",
    ssh: { ...end(second), through: end(first) },
  };
});
afterAll(async () => {
  echo.close();
  await Promise.all([first?.stop(), second?.stop()]);
});

const stack = () => ({ sshPrivateKey: user.private, hosts: [proxy] });

async function echoed(way: { address: string; port: number }): Promise<string> {
  const socket = connect(way.port, way.address);
  socket.write("hello");
  const [answer] = await once(socket, "data");
  socket.destroy();
  return String(answer);
}

describe("the way to an endpoint", () => {
  test("leads through both machines where its proxy is behind another one", async () => {
    const way = await wayTo(stack(), { host: "proxy-1.production.holdfast.internal", port });
    expect(way.port).not.toBe(port);
    expect(await echoed(way)).toBe("hello");
    expect(await echoed(way)).toBe("hello");
    way.close();
    await expect(echoed(way)).rejects.toThrow("ECONNREFUSED");
  });

  test("ends at a port that nobody listens on with the connection, not with this process", async () => {
    const way = await wayTo(stack(), {
      host: "proxy-1.production.holdfast.internal",
      port: await freePort(),
    });
    const socket = connect(way.port, way.address);
    await once(socket, "close");
    way.close();
  });

  test("is straight where nothing is between", async () => {
    const way = await wayTo(stack(), { host: "127.0.0.1", port });
    expect(way).toMatchObject({ address: "127.0.0.1", port });
  });

  test("says which machine does not answer", async () => {
    const dead = { ...proxy, ssh: { ...proxy.ssh, port: await freePort() } };
    await expect(wayTo({ ...stack(), hosts: [dead] }, { host: "proxy-1.any", port })).rejects.toThrow(
      `proxy-1 (127.0.0.1:${dead.ssh.port}) does not answer`,
    );
  });
});
