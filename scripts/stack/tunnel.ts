import { createServer } from "node:net";
import type { Reach, Stack } from "./outputs.ts";
import { HostSession } from "./ssh.ts";

/** Where something is reached from this machine, as long as it is open. */
export interface Way {
  readonly address: string;
  readonly port: number;
  close(): void;
}

/**
 * The way to an address of an endpoint: straight there, or through SSH to its proxy, where that is behind another machine.
 * The name that its certificate carries is the address's own either way.
 */
export async function wayTo(stack: Pick<Stack, "hosts" | "sshPrivateKey">, at: Reach): Promise<Way> {
  const proxy = stack.hosts.find(
    ({ name, ssh }) => ssh.through !== undefined && at.host.startsWith(`${name}.`),
  );
  if (proxy === undefined) return { address: at.host, port: at.port, close: () => undefined };
  const session = await HostSession.open(stack, proxy);
  const listening = createServer((socket) => {
    session.reach(proxy.address, at.port).then(
      (stream) => {
        // Whichever end breaks off takes the other one along; what was wrong, the client says.
        socket.on("error", () => stream.destroy());
        stream.on("error", () => socket.destroy());
        socket.pipe(stream).pipe(socket);
      },
      () => socket.destroy(),
    );
  });
  const port = await new Promise<number>((resolve, reject) => {
    listening.once("error", reject);
    listening.listen(0, "127.0.0.1", () => {
      const address = listening.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return {
    address: "127.0.0.1",
    port,
    close: () => {
      listening.close();
      session.close();
    },
  };
}
