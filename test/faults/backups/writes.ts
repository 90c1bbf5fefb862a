import type pg from "pg";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Stack } from "../../../scripts/stack/outputs.ts";
import { eventually } from "../../lab/support/lab.ts";
import { type Acknowledgement, Ledger } from "../../lab/support/ledger.ts";

const UNDER_WAY = 50;
/** A quarter of a megabyte of WAL that no table keeps: a base backup stays as small as it is. */
const NOISE = `SELECT pg_logical_emit_message(false, 'load', string_agg(md5(random()::text), ''))
  FROM generate_series(1, 8192)`;
const NOISE_PAUSE_MS = 500;

/** When the database answered how soon, in a time of a test. */
export interface Answers {
  /** The longest time without an acknowledgement to anybody. */
  readonly gapMs: number;
  /** Of one commit. */
  readonly medianMs: number;
}

/** Rows that have to be there at the end, one after the other, and WAL beside them as a busy cluster makes it. */
export class Writes {
  readonly #stack: Stack;
  readonly #ledger: Ledger;
  #stopping = false;
  #noise: Promise<void> = Promise.resolve();

  constructor(stack: Stack) {
    this.#stack = stack;
    this.#ledger = new Ledger(stack, { writers: 2, pauseMs: 20 });
  }

  async start(): Promise<void> {
    await this.#ledger.start();
    this.#noise = this.#makeNoise();
    await eventually("rows are written", 30, async () => this.acknowledged.length > UNDER_WAY);
  }

  get acknowledged(): readonly Acknowledgement[] {
    return this.#ledger.acknowledgements;
  }

  /** How the database answered while this went on; it has to answer after it as well. */
  async during(work: () => Promise<void>): Promise<Answers> {
    const from = Date.now();
    await work();
    const before = this.acknowledged.length;
    await eventually("writes go on", 60, async () => this.acknowledged.length > before + UNDER_WAY);
    return answersIn(this.acknowledged, from, Date.now());
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#noise;
    await this.#ledger.stop();
  }

  async #makeNoise(): Promise<void> {
    let client: pg.Client | undefined;
    while (!this.#stopping) {
      try {
        client ??= await connect(this.#stack, "writer", ownerOf(this.#stack));
        await client.query(NOISE);
      } catch {
        // The ledger tells of what the database does not do.
        void client?.end().catch(() => undefined);
        client = undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, NOISE_PAUSE_MS));
    }
    await client?.end().catch(() => undefined);
  }
}

/** Pure. */
export function answersIn(acknowledged: readonly Acknowledgement[], from: number, to: number): Answers {
  const within = acknowledged.filter((each) => each.acknowledged >= from && each.acknowledged <= to);
  const times = [from, ...within.map((each) => each.acknowledged).sort((one, other) => one - other), to];
  const waits = within.map((each) => each.acknowledged - each.begun).sort((one, other) => one - other);
  return {
    gapMs: Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time))),
    medianMs: waits[Math.floor(waits.length / 2)] ?? Number.POSITIVE_INFINITY,
  };
}
