import { setTimeout as sleep } from "node:timers/promises";
import type { Client, ConnectConfig } from "ssh2";
import { isObject, type Properties } from "../rpc/properties.ts";
import { UserError } from "../rpc/server.ts";
import { connect, endpointOf, numberOf } from "./ssh.ts";

const FIRST_DELAY = 100;
const LONGEST_DELAY = 5000;
const BACK_OFF = 1.5;
const NEXT =
  "next: see whether the host runs and lets this machine in (in the lab: podman ps -a), then run the update again";

export interface Dialing {
  readonly signal: AbortSignal;
  /** Tells the user that a host does not answer yet. */
  readonly report: (message: string) => void;
}

/** A connection to a host, through its proxy where it has one. */
export async function dial(connection: Properties, dialing: Dialing): Promise<Client> {
  const target = endpointOf("connection", connection);
  const proxy = connection["proxy"];
  if (!isObject(proxy)) {
    return retry("Dial", connection, dialing, () => connect(target));
  }
  const first = endpointOf("connection.proxy", proxy);
  return viaProxy(async () => {
    const bastion = await retry("Dial proxy", proxy, dialing, () => connect(first));
    try {
      const client = await retry("Dial from proxy", connection, dialing, async () =>
        connect(target, await forward(bastion, connection)),
      );
      client.once("close", () => bastion.end());
      return client;
    } catch (error) {
      bastion.end();
      throw error;
    }
  });
}

/** Tries until it works, or until it has failed more often than `dialErrorLimit` allows (-1: without end). */
async function retry<T>(
  title: string,
  connection: Properties,
  { signal, report }: Dialing,
  attempt: () => Promise<T>,
): Promise<T> {
  const limit = numberOf(connection["dialErrorLimit"], 10);
  let delay = FIRST_DELAY;
  for (let errors = 0; !signal.aborted; ) {
    try {
      return await attempt();
    } catch (error) {
      // A wrong host key stays wrong, and retrying would only hide it behind a long wait.
      if (error instanceof UserError) {
        throw error;
      }
      // The official plugin, too, tells the limit, which the last attempt is not counted in.
      if (limit >= 0 && errors >= limit) {
        throw new UserError(`after ${limit} failed attempts: ${textOf(error)}\n${NEXT}`);
      }
    }
    errors++;
    report(`${title} ${errors}/${limit < 0 ? "inf" : limit} failed: retrying`);
    await sleep(delay, undefined, { signal }).catch(() => {});
    delay = Math.min(delay * BACK_OFF, LONGEST_DELAY);
  }
  throw new UserError("cancelled while dialing");
}

async function viaProxy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`proxy: ${error.message}`) : error;
  }
}

function forward(bastion: Client, connection: Properties): Promise<NonNullable<ConnectConfig["sock"]>> {
  return new Promise((resolve, reject) => {
    bastion.forwardOut(
      "127.0.0.1",
      0,
      String(connection["host"]),
      numberOf(connection["port"], 22),
      (error, stream) => (error ? reject(error) : resolve(stream)),
    );
  });
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
