import { Client, type ConnectConfig, type ParsedKey, type ServerHostKeyAlgorithm, utils } from "ssh2";
import type { Properties, Value } from "../rpc/properties.ts";
import { UserError } from "../rpc/server.ts";

export interface Endpoint {
  readonly name: string;
  readonly config: ConnectConfig;
  /** The one key that the host may have. Without it any is accepted, as by the official plugin. */
  readonly hostKey: ParsedKey | undefined;
}

/** What to connect to; keys that cannot be read are told here, before any attempt, and never shown. */
export function endpointOf(path: string, connection: Properties): Endpoint {
  const hostKey = textOf(connection["hostKey"]);
  const pinned = hostKey === undefined ? undefined : readHostKey(path, hostKey);
  const config = configOf(connection);
  if (typeof config.privateKey === "string") {
    checkPrivateKey(path, config.privateKey, config.passphrase);
  }
  return {
    name: `${String(connection["host"])}:${numberOf(connection["port"], 22)}`,
    config: {
      ...config,
      algorithms: {
        // What is cheapest on two busy cores, first.
        cipher: { prepend: ["aes128-gcm@openssh.com"], append: [], remove: [] },
        // A host has keys of several types and shows the first that is asked for.
        ...(pinned ? { serverHostKey: signaturesOf(pinned) } : {}),
      },
    },
    hostKey: pinned,
  };
}

/** One attempt, over a socket of its own unless one is given. */
export function connect({ name, config, hostKey }: Endpoint, sock?: ConnectConfig["sock"]): Promise<Client> {
  const client = new Client();
  let refused: UserError | undefined;
  const hostVerifier = (key: Buffer): boolean => {
    if (hostKey === undefined || hostKey.getPublicSSH().equals(key)) {
      return true;
    }
    refused = wrongHostKey(name);
    return false;
  };
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: Error) => {
      reject(refused ?? new Error(`dial ${name}: ${message}`, { cause }));
      client.destroy();
    };
    client.once("ready", () => resolve(client));
    // Stays for the whole life of the connection: an error after the start is told by the session that it ends.
    client.on("error", (error) => {
      // A host without any key of the pinned type has the wrong key as well.
      if (hostKey !== undefined && error.message.includes("no matching host key format")) {
        refused = wrongHostKey(name);
      }
      fail(error.message, error);
    });
    client.once("close", () => fail("the connection was closed"));
    client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(() => config.password ?? "")),
    );
    client.connect({ ...config, ...(sock ? { sock } : {}), hostVerifier });
    // The handshake and a step are small packets, each of which would wait for the answer to the one before.
    client.setNoDelay(true);
  });
}

const wrongHostKey = (name: string): UserError =>
  new UserError(
    `ssh: host key mismatch: ${name} has another key than the one pinned for it; nothing was sent\n` +
      "next: if the host was rebuilt outside of this program, rebuild it here; if not, somebody else answers in its place",
  );

function configOf(connection: Properties): ConnectConfig {
  const agent = textOf(connection["agentSocketPath"]) ?? process.env["SSH_AUTH_SOCK"];
  const password = textOf(connection["password"]);
  const privateKey = textOf(connection["privateKey"]);
  const passphrase = textOf(connection["privateKeyPassword"]);
  return {
    host: String(connection["host"]),
    port: numberOf(connection["port"], 22),
    username: textOf(connection["user"]) ?? "root",
    readyTimeout: numberOf(connection["perDialTimeout"], 15) * 1000,
    ...(password === undefined ? {} : { password, tryKeyboard: true }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(agent ? { agent } : {}),
    // The documented order; the library skips those that nothing is given for.
    authHandler: ["none", "publickey", "password", "keyboard-interactive", "agent"],
    keepaliveInterval: 10_000,
  };
}

function readHostKey(path: string, text: string): ParsedKey {
  const parsed = utils.parseKey(text);
  if (parsed instanceof Error) {
    throw new UserError(`"${path}.hostKey" is not a public key in OpenSSH's form ("ssh-ed25519 AAAA…")`);
  }
  return parsed;
}

function checkPrivateKey(path: string, key: string, passphrase: ConnectConfig["passphrase"]): void {
  const parsed = utils.parseKey(key, passphrase);
  if (parsed instanceof Error) {
    // The library's own words tell what is wrong without the key.
    throw new UserError(`"${path}.privateKey" cannot be read: ${parsed.message}`);
  }
  if (!parsed.isPrivateKey()) {
    throw new UserError(`"${path}.privateKey" is a public key`);
  }
}

/** An RSA key signs in three ways, of which today's servers refuse the oldest. */
function signaturesOf(key: ParsedKey): ServerHostKeyAlgorithm[] {
  return key.type === "ssh-rsa"
    ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]
    : // The type of a key that is no RSA key is also the name of the way it signs.
      [key.type as ServerHostKeyAlgorithm];
}

export const numberOf = (value: Value | undefined, fallback: number): number =>
  typeof value === "number" ? value : fallback;
const textOf = (value: Value | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;
