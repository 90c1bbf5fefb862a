import { createServer, type Socket } from "node:net";
import { Server as SshServer } from "ssh2";
import { listen } from "../../../support/ports.ts";
import { ed25519 } from "./sshd.ts";

/** A server that no connection ever succeeds with. */
export interface DeadEnd {
  readonly port: number;
  /** How often somebody came. */
  readonly visits: () => number;
  readonly stop: () => void;
}

/** Takes connections and ends them at once, or never says a word. */
export async function deadEnd(kind: "hangs up" | "is silent"): Promise<DeadEnd> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    if (kind === "hangs up") {
      socket.end();
    }
  });
  return {
    port: await listen(server),
    visits: () => sockets.length,
    stop: () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
    },
  };
}

export interface Login {
  readonly method: string;
  readonly password?: string;
}

export interface PasswordServer {
  readonly port: number;
  /** Every try, in order. */
  readonly logins: Login[];
  readonly stop: () => void;
}

/** An SSH server that knows a password, asked for in one of two ways, and answers each command with "welcome". */
export async function passwordServer(
  method: "password" | "keyboard-interactive",
  password: string,
): Promise<PasswordServer> {
  const logins: Login[] = [];
  const server = new SshServer({ hostKeys: [ed25519().private] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (context) => {
      const decide = (given: string | undefined) => {
        logins.push({ method: context.method, ...(given === undefined ? {} : { password: given }) });
        if (context.method === method && given === password) {
          context.accept();
        } else {
          context.reject();
        }
      };
      if (context.method === "keyboard-interactive") {
        context.prompt([{ prompt: "Password: ", echo: false }], (answers) => decide(answers[0]));
      } else {
        decide(context.method === "password" ? context.password : undefined);
      }
    });
    client.on("session", (accept) => {
      accept().on("exec", (acceptExec) => {
        const channel = acceptExec();
        channel.write("welcome\n");
        channel.exit(0);
        channel.end();
      });
    });
  });
  return { port: await listen(server), logins, stop: () => void server.close() };
}
