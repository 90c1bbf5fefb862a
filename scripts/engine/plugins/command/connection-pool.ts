import { createHash } from "node:crypto";
import type { Client } from "ssh2";
import type { Properties } from "../rpc/properties.ts";
import { type Dialing, dial } from "./dial.ts";

/** An idle connection is closed after this many milliseconds. */
const IDLE = 5000;
/** Sessions on one connection at a time; sshd's own default limit is 10. */
const SESSIONS = 8;

/** Nothing ran: the server refused one more session on this connection, or the connection had ended meanwhile. */
export class NoSession extends Error {}

interface Pooled {
  readonly client: Promise<Client>;
  users: number;
  timer?: NodeJS.Timeout;
}

/**
 * Keeps a connection for the next command to the same host: dozens of steps go to a few hosts, and the handshake is
 * most of the time of a short one. A connection that is lost is dropped, and the next command dials again.
 */
export class ConnectionPool {
  readonly #pooled = new Map<string, Pooled[]>();

  async use<T>(connection: Properties, dialing: Dialing, work: (client: Client) => Promise<T>): Promise<T> {
    const key = createHash("sha256").update(JSON.stringify(connection)).digest("hex");
    const pooled = this.#take(key, connection, dialing);
    try {
      return await work(await pooled.client);
    } catch (error) {
      if (!(error instanceof NoSession)) {
        throw error;
      }
    } finally {
      this.#release(key, pooled);
    }
    // The official plugin has a connection for each command, so it works where a shared one does not.
    const own = await dial(connection, dialing);
    try {
      return await work(own);
    } finally {
      own.end();
    }
  }

  #take(key: string, connection: Properties, dialing: Dialing): Pooled {
    const candidates = this.#pooled.get(key) ?? [];
    const free = candidates.find((each) => each.users < SESSIONS);
    if (free) {
      clearTimeout(free.timer);
      free.users++;
      return free;
    }
    const fresh: Pooled = { client: dial(connection, dialing), users: 1 };
    this.#pooled.set(key, [...candidates, fresh]);
    fresh.client.then(
      (client) => client.once("close", () => this.#drop(key, fresh)),
      () => this.#drop(key, fresh),
    );
    return fresh;
  }

  #release(key: string, pooled: Pooled): void {
    pooled.users--;
    if (pooled.users === 0) {
      pooled.timer = setTimeout(() => {
        this.#drop(key, pooled);
        pooled.client.then(
          (client) => client.end(),
          () => {},
        );
      }, IDLE);
      pooled.timer.unref();
    }
  }

  #drop(key: string, pooled: Pooled): void {
    this.#pooled.set(
      key,
      (this.#pooled.get(key) ?? []).filter((each) => each !== pooled),
    );
  }
}
