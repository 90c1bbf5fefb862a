import type pg from "pg";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Stack } from "../../../scripts/stack/outputs.ts";

const TABLE = "ledger";
const RETRY_MS = 50;

/** A commit that some server acknowledged. All times are of the one clock that a machine's containers share. */
export interface Acknowledgement {
  /** Which row of which writer. */
  readonly row: string;
  /** The server's address, and the timeline that it wrote on. */
  readonly server: string;
  readonly timeline: number;
  /** When it was asked for, and when its acknowledgement was here; milliseconds since 1970. */
  readonly begun: number;
  readonly acknowledged: number;
}

export interface LedgerReport {
  readonly acknowledged: number;
  readonly missing: readonly string[];
  /** Rows that are there although their commit was never acknowledged: allowed, and worth knowing. */
  readonly unacknowledged: number;
  /** The longest time in which the writer endpoint acknowledged nothing to anybody. */
  readonly longestGapMs: number;
  /** The longest time in which one of the writers, who name the proxies in the same order, got no acknowledgement. */
  readonly longestWaitMs: number;
  /** What the writer was told instead of an acknowledgement. */
  readonly errors: readonly string[];
}

/**
 * Writes one row after the other through the writer endpoint, each in a transaction of its own, and remembers which
 * commits were acknowledged. A row whose acknowledgement did not come is given up, never written again under the same
 * number.
 */
export class Ledger {
  readonly #stack: Stack;
  readonly #writers: number;
  readonly #pauseMs: number;
  readonly #acknowledgements: Acknowledgement[] = [];
  readonly #errors: string[] = [];
  #stopping = false;
  #lastAcknowledged = 0;
  #longestGap = 0;
  #longestWait = 0;
  #running: Promise<unknown> = Promise.resolve();

  /** The pause after each row leaves a small machine time for the servers. */
  constructor(stack: Stack, options: { readonly writers?: number; readonly pauseMs?: number } = {}) {
    this.#stack = stack;
    this.#writers = options.writers ?? 1;
    this.#pauseMs = options.pauseMs ?? 0;
  }

  async start(): Promise<void> {
    const client = await this.#connect();
    await client.query(`DROP TABLE IF EXISTS ${TABLE}`);
    await client.query(`CREATE TABLE ${TABLE} (row text PRIMARY KEY)`);
    await client.end();
    this.#lastAcknowledged = Date.now();
    this.#running = Promise.all(Array.from({ length: this.#writers }, (_, index) => this.#write(index)));
  }

  get acknowledged(): number {
    return this.#acknowledgements.length;
  }

  get acknowledgements(): readonly Acknowledgement[] {
    return this.#acknowledgements;
  }

  /** Stops the writers and compares the table, as the leader has it, with what was acknowledged. */
  async stop(): Promise<LedgerReport> {
    this.#stopping = true;
    await this.#running;
    this.#gapUntil(Date.now());
    const client = await this.#connect();
    const { rows } = await client.query<{ row: string }>(`SELECT row FROM ${TABLE}`);
    await client.end();
    const found = new Set(rows.map(({ row }) => row));
    const missing = missingFrom(found, this.#acknowledgements);
    return {
      acknowledged: this.#acknowledgements.length,
      missing,
      unacknowledged: found.size - (this.#acknowledgements.length - missing.length),
      longestGapMs: this.#longestGap,
      longestWaitMs: this.#longestWait,
      errors: this.#errors,
    };
  }

  #connect(): Promise<pg.Client> {
    return connect(this.#stack, "writer", ownerOf(this.#stack));
  }

  #gapUntil(now: number): void {
    this.#longestGap = Math.max(this.#longestGap, now - this.#lastAcknowledged);
  }

  async #write(writer: number): Promise<void> {
    let client: pg.Client | undefined;
    let lastAcknowledged = Date.now();
    for (let number = 0; !this.#stopping; number++) {
      const row = `${writer}-${number}`;
      try {
        client ??= await this.#connect();
        const begun = Date.now();
        const { rows } = await client.query<{ server: string; timeline: number }>(INSERT, [row]);
        const acknowledged = Date.now();
        const [from] = rows;
        if (from === undefined) throw new Error("an INSERT without its row");
        this.#acknowledgements.push({ row, ...from, begun, acknowledged });
        this.#gapUntil(acknowledged);
        this.#lastAcknowledged = acknowledged;
        this.#longestWait = Math.max(this.#longestWait, acknowledged - lastAcknowledged);
        lastAcknowledged = acknowledged;
        await pause(this.#pauseMs);
      } catch (error) {
        this.#errors.push(error instanceof Error ? error.message : String(error));
        // The outcome of this row is unknown. A farewell to a server that is gone would be waited for without end.
        void client?.end().catch(() => undefined);
        client = undefined;
        await pause(RETRY_MS);
      }
    }
    await client?.end().catch(() => undefined);
  }
}

/** The first eight digits of a WAL file's name are the timeline that is written on now. */
const INSERT = `INSERT INTO ${TABLE} VALUES ($1) RETURNING host(inet_server_addr()) AS server,
  ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline`;

const pause = (milliseconds: number) =>
  milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : undefined;

/** Acknowledged rows that are not there. */
export const missingFrom = (
  found: ReadonlySet<string>,
  acknowledgements: readonly Acknowledgement[],
): readonly string[] => acknowledgements.map(({ row }) => row).filter((row) => !found.has(row));
