import type pg from "pg";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Stack } from "../../../scripts/stack/outputs.ts";

const TABLE = "ledger";
const RETRY_MS = 50;

export interface LedgerReport {
  readonly acknowledged: number;
  readonly missing: readonly number[];
  /** Rows that are there although their commit was never acknowledged: allowed, and worth knowing. */
  readonly unacknowledged: number;
  readonly longestGapMs: number;
  /** What the writer was told instead of an acknowledgement. */
  readonly errors: readonly string[];
}

/**
 * Writes one row after the other through the writer endpoint and remembers which commits were acknowledged. A row
 * whose acknowledgement did not come is given up, never written again under the same number.
 */
export class Ledger {
  readonly #stack: Stack;
  readonly #acknowledged: number[] = [];
  readonly #errors: string[] = [];
  #next = 0;
  #stopping = false;
  #lastAcknowledged = 0;
  #longestGap = 0;
  #running: Promise<void> | undefined;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async start(): Promise<void> {
    const client = await this.#connect();
    await client.query(`DROP TABLE IF EXISTS ${TABLE}`);
    await client.query(`CREATE TABLE ${TABLE} (row bigint PRIMARY KEY)`);
    await client.end();
    this.#lastAcknowledged = Date.now();
    this.#running = this.#write();
  }

  get acknowledged(): number {
    return this.#acknowledged.length;
  }

  /** Stops the writer and compares the table, as the leader has it, with what was acknowledged. */
  async stop(): Promise<LedgerReport> {
    this.#stopping = true;
    await this.#running;
    const client = await this.#connect();
    const { rows } = await client.query<{ row: string }>(`SELECT row FROM ${TABLE}`);
    await client.end();
    const found = new Set(rows.map(({ row }) => Number(row)));
    return {
      acknowledged: this.#acknowledged.length,
      missing: this.#acknowledged.filter((row) => !found.has(row)),
      unacknowledged: found.size - this.#acknowledged.filter((row) => found.has(row)).length,
      longestGapMs: this.#longestGap,
      errors: this.#errors,
    };
  }

  #connect(): Promise<pg.Client> {
    return connect(this.#stack, "writer", ownerOf(this.#stack));
  }

  async #write(): Promise<void> {
    let client: pg.Client | undefined;
    while (!this.#stopping) {
      const row = this.#next++;
      try {
        client ??= await this.#connect();
        await client.query(`INSERT INTO ${TABLE} VALUES ($1)`, [row]);
        this.#acknowledged.push(row);
        const now = Date.now();
        this.#longestGap = Math.max(this.#longestGap, now - this.#lastAcknowledged);
        this.#lastAcknowledged = now;
      } catch (error) {
        this.#errors.push(error instanceof Error ? error.message : String(error));
        // The outcome of this row is unknown. A farewell to a server that is gone would be waited for without end.
        void client?.end().catch(() => undefined);
        client = undefined;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    await client?.end().catch(() => undefined);
  }
}
