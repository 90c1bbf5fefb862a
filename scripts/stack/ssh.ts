import { createInterface } from "node:readline";
import ssh2 from "ssh2";
import { messageOf, UserError } from "../report.ts";
import type { SshEnd } from "./access.ts";
import type { Stack, StackHost } from "./outputs.ts";

export interface RemoteResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program on a host that goes on while it is spoken to. */
export interface Conversation {
  /** The next line that it prints; undefined when it has ended. */
  next(timeoutSeconds: number): Promise<string | undefined>;
  say(line: string): void;
  /** The end of what is said to it. */
  end(): void;
}

const CONNECT_SECONDS = 15;

/** One connection to a host, kept for many commands; refused unless the host proves its key. */
export class HostSession {
  readonly host: StackHost;
  readonly #client: ssh2.Client;

  private constructor(host: StackHost, client: ssh2.Client) {
    this.host = host;
    this.#client = client;
  }

  static async open(stack: Pick<Stack, "sshPrivateKey">, host: StackHost): Promise<HostSession> {
    const { through, ...end } = host.ssh;
    if (through === undefined) {
      return new HostSession(host, await connected(stack, host.name, end));
    }
    const first = await connected(stack, `the way in to ${host.name}`, through);
    try {
      const stream = await forwarded(first, host.ssh.host, host.ssh.port).catch((why: unknown) => {
        throw unreachable(host, messageOf(why));
      });
      const client = await connected(stack, host.name, end, stream);
      client.on("close", () => first.end());
      return new HostSession(host, client);
    } catch (error) {
      first.end();
      throw error;
    }
  }

  /** Runs a script with bash, as root, to its end. */
  run(script: string, timeoutSeconds = CONNECT_SECONDS): Promise<RemoteResult> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#client.off("close", lost);
      };
      const give = (why: string) => {
        settle();
        reject(unreachable(this.host, why));
      };
      const lost = () => give("the connection was lost");
      const timer = setTimeout(
        () => give(`what was asked of it did not end within ${timeoutSeconds} s`),
        timeoutSeconds * 1000,
      );
      this.#client.once("close", lost);
      this.#client.exec("sudo -n bash -s", (error, channel) => {
        if (error) return give(error.message);
        let stdout = "";
        let stderr = "";
        channel
          .on("data", (chunk: Buffer) => {
            stdout += chunk.toString();
          })
          .on("close", (code: number | null) => {
            settle();
            resolve({ code: code ?? 255, stdout, stderr });
          });
        channel.stderr.on("data", (chunk: Buffer) => {
          stderr += chunk.toString();
        });
        channel.end(script);
      });
    });
  }

  /** Starts a program, as root, that is spoken to over its standard input and output. */
  converse(command: string): Promise<Conversation> {
    return new Promise((resolve, reject) => {
      this.#client.exec(`sudo -n ${command}`, (error, channel) => {
        if (error) return reject(unreachable(this.host, error.message));
        const lines = createInterface({ input: channel })[Symbol.asyncIterator]();
        resolve({
          say: (line) => channel.write(`${line}\n`),
          end: () => channel.end(),
          next: (timeoutSeconds) =>
            new Promise((heard, deaf) => {
              const timer = setTimeout(
                () => deaf(unreachable(this.host, `nothing for ${timeoutSeconds} s`)),
                timeoutSeconds * 1000,
              );
              lines.next().then(
                (line) => {
                  clearTimeout(timer);
                  heard(line.done === true ? undefined : line.value);
                },
                (why: unknown) => deaf(unreachable(this.host, String(why))),
              );
            }),
        });
      });
    });
  }

  /** Starts a program, as root: the channel is its input and output. */
  start(command: string): Promise<ssh2.ClientChannel> {
    return new Promise((resolve, reject) => {
      this.#client.exec(`sudo -n ${command}`, (error, channel) =>
        error ? reject(unreachable(this.host, error.message)) : resolve(channel),
      );
    });
  }

  /** A stream to a port that the host reaches. */
  reach(address: string, port: number): Promise<ssh2.ClientChannel> {
    return forwarded(this.#client, address, port);
  }

  close(): void {
    this.#client.end();
  }
}

/** A connection to one end, over a stream where there is one. */
function connected(
  stack: Pick<Stack, "sshPrivateKey">,
  name: string,
  end: SshEnd,
  over?: ssh2.ClientChannel,
): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  let proven = true;
  return new Promise((resolve, reject) => {
    client
      .on("error", (error) => {
        client.end();
        reject(proven ? silent(name, end, error.message) : anotherKey(name, end));
      })
      .on("ready", () => resolve(client))
      .connect({
        ...(over === undefined ? { host: end.host, port: end.port } : { sock: over }),
        username: end.user,
        privateKey: stack.sshPrivateKey,
        readyTimeout: CONNECT_SECONDS * 1000,
        // A host that is lost in the middle of a command is noticed within 15 s.
        keepaliveInterval: 5000,
        algorithms: { serverHostKey: ["ssh-ed25519"] },
        hostVerifier: (key: Buffer) => {
          proven = key.toString("base64") === end.hostKey.split(" ")[1];
          return proven;
        },
      });
  });
}

/** A stream to a port, from the machine at the other end. */
const forwarded = (client: ssh2.Client, address: string, port: number): Promise<ssh2.ClientChannel> =>
  new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, address, port, (error, stream) =>
      error ? reject(error) : resolve(stream),
    );
  });

let kept: Map<string, Promise<HostSession>> | undefined;

/**
 * While the work goes on, each host is reached over one connection, whoever asks it: a new one costs both sides more
 * than most questions. Not for work during which hosts go and come, for a connection to a host that is gone is noticed
 * only after some seconds.
 */
export async function keepingConnections<T>(work: () => Promise<T>): Promise<T> {
  const sessions = new Map<string, Promise<HostSession>>();
  kept = sessions;
  try {
    return await work();
  } finally {
    kept = undefined;
    for (const session of sessions.values()) {
      void session.then(
        (open) => open.close(),
        () => undefined,
      );
    }
  }
}

/** Runs one script on a host. */
export async function runOnHost(
  stack: Pick<Stack, "sshPrivateKey">,
  host: StackHost,
  script: string,
  timeoutSeconds?: number,
): Promise<RemoteResult> {
  if (kept !== undefined) {
    const session = kept.get(host.name) ?? HostSession.open(stack, host);
    kept.set(host.name, session);
    return (await session).run(script, timeoutSeconds);
  }
  const session = await HostSession.open(stack, host);
  try {
    return await session.run(script, timeoutSeconds);
  } finally {
    session.close();
  }
}

const unreachable = (host: StackHost, why: string) => silent(host.name, host.ssh, why);

const silent = (name: string, { host, port }: SshEnd, why: string) =>
  new UserError(
    `${name} (${host}:${port}) does not answer: ${why}`,
    `see whether it runs${host === "127.0.0.1" ? ": podman ps -a" : ""}`,
  );

const anotherKey = (name: string, { host, port }: SshEnd) =>
  new UserError(
    `${name} (${host}:${port}) shows another SSH host key than the one pinned for it; nothing was sent`,
    "if you rebuilt this host by hand, have the program rebuild it: pulumi up --replace with the host's URN; if not, somebody else answers in its place",
  );
