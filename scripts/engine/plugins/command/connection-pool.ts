import { createHash } from "node:crypto";
import type { Client } from "ssh2";
import type { Properties } from "../rpc/properties.ts";
import { dial } from "./dial.ts";

/** An idle connection is closed after this many milliseconds. */
const IDLE = 5000;
/** Sessions on one connection at a time; sshd's own default limit is 10. */
const SESSIONS = 8;

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

  async use<T>(
    connection: Properties,
    signal: AbortSignal,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const key = createHash("sha256").update(JSON.stringify(connection)).digest("hex");
    const pooled = this.#take(key, connection, signal);
    try {
      return await work(await pooled.client);
    } finally {
      this.#release(key, pooled);
    }
  }

  #take(key: string, connection: Properties, signal: AbortSignal): Pooled {
    const candidates = this.#pooled.get(key) ?? [];
    const free = candidates.find((each) => each.users < SESSIONS);
    if (free) {
      clearTimeout(free.timer);
      free.users++;
      return free;
    }
    const fresh: Pooled = { client: dial(connection, signal), users: 1 };
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
