import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ConnectConfig, utils } from "ssh2";
import type { Properties, Value } from "../rpc/properties.ts";
import { UserError } from "../rpc/server.ts";

const FIRST_DELAY = 100;
const LONGEST_DELAY = 5000;
const BACK_OFF = 1.5;

/** Dials until it works, or as often as `dialErrorLimit` allows (-1: without end). */
export async function dial(connection: Properties, signal: AbortSignal): Promise<Client> {
  const limit = numberOf(connection["dialErrorLimit"], 10);
  let delay = FIRST_DELAY;
  for (let errors = 0; ; ) {
    try {
      return await dialOnce(connection, signal);
    } catch (error) {
      errors++;
      // A wrong key stays wrong, and retrying would only hide it behind a long wait.
      if (error instanceof UserError || signal.aborted || (limit >= 0 && errors > limit)) {
        throw error instanceof UserError
          ? error
          : new UserError(`after ${errors} failed attempts: ${textOf(error)}`);
      }
    }
    await sleep(delay, undefined, { signal }).catch(() => {});
    delay = Math.min(delay * BACK_OFF, LONGEST_DELAY);
  }
}

async function dialOnce(connection: Properties, signal: AbortSignal): Promise<Client> {
  const proxy = connection["proxy"];
  if (typeof proxy !== "object" || proxy === null || Array.isArray(proxy)) {
    return connect(connection, configOf(connection));
  }
  // The checks above leave only objects.
  const bastion = await dialOnce(proxy as Properties, signal);
  try {
    const sock = await new Promise<NonNullable<ConnectConfig["sock"]>>((resolve, reject) => {
      bastion.forwardOut(
        "127.0.0.1",
        0,
        String(connection["host"]),
        numberOf(connection["port"], 22),
        (error, stream) => (error ? reject(error) : resolve(stream)),
      );
    });
    const client = await connect(connection, { ...configOf(connection), sock });
    client.once("close", () => bastion.end());
    return client;
  } catch (error) {
    bastion.end();
    throw error;
  }
}

function connect(connection: Properties, config: ConnectConfig): Promise<Client> {
  const where = `${connection["host"]}:${connection["port"]}`;
  const client = new Client();
  let refused: UserError | undefined;
  const pinned = connection["hostKey"];
  const hostVerifier = (key: Buffer): boolean => {
    const expected = typeof pinned === "string" ? keyOf(pinned) : undefined;
    if (expected === undefined || expected.equals(key)) {
      return true;
    }
    refused = new UserError(
      `ssh: host key mismatch: ${where} has another key than the one pinned for it. ` +
        "If the host was rebuilt outside of this program, rebuild it here; if not, somebody else answers in its place.",
    );
    return false;
  };
  return new Promise((resolve, reject) => {
    client.once("ready", () => resolve(client));
    client.on("error", (error) =>
      reject(refused ?? new Error(`dial ${where}: ${error.message}`, { cause: error })),
    );
    client.once("close", () => reject(refused ?? new Error(`dial ${where}: the connection was closed`)));
    client.connect({ ...config, hostVerifier });
  });
}

/** Without a pinned key the official plugin accepts any; so does this one. */
function keyOf(hostKey: string): Buffer {
  const parsed = utils.parseKey(hostKey);
  if (parsed instanceof Error) {
    throw new UserError('"connection.hostKey" is not a public key in OpenSSH\'s form ("ssh-ed25519 AAAA…")');
  }
  return parsed.getPublicSSH();
}

function configOf(connection: Properties): ConnectConfig {
  const agent = connection["agentSocketPath"] ?? process.env["SSH_AUTH_SOCK"];
  return {
    host: String(connection["host"]),
    port: numberOf(connection["port"], 22),
    username: String(connection["user"] ?? "root"),
    readyTimeout: numberOf(connection["perDialTimeout"], 15) * 1000,
    ...(typeof connection["password"] === "string" ? { password: connection["password"] } : {}),
    ...(typeof connection["privateKey"] === "string" ? { privateKey: connection["privateKey"] } : {}),
    ...(typeof connection["privateKeyPassword"] === "string"
      ? { passphrase: connection["privateKeyPassword"] }
      : {}),
    ...(typeof agent === "string" && agent !== "" ? { agent } : {}),
    keepaliveInterval: 10_000,
    // What is cheapest on two busy cores, first.
    algorithms: { cipher: { prepend: ["aes128-gcm@openssh.com"], append: [], remove: [] } },
  };
}

const numberOf = (value: Value | undefined, fallback: number): number =>
  typeof value === "number" ? value : fallback;
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
