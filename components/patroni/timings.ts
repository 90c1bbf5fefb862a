import type { Availability } from "./schema.ts";

/** All the times that together decide how long writes stop; one choice sets them all. Seconds unless named. */
export interface Timings {
  readonly ttl: number;
  readonly loopWait: number;
  readonly retryTimeout: number;
  readonly primaryStartTimeout: number;
  readonly primaryStopTimeout: number;
  /** How HAProxy asks Patroni, in milliseconds. */
  readonly check: { readonly inter: number; readonly fastinter: number; readonly downinter: number };
  readonly rise: number;
  /**
   * With the time between two checks it spans more than half a second: for so long nobody answers while Patroni takes a
   * new certificate up, and the sessions of a primary that counts as down are ended.
   */
  readonly fall: number;
}

/**
 * Patroni demands ttl >= loop_wait + 2 * retry_timeout, and ttl >= 20. A lost host costs about ttl, a crashed
 * PostgreSQL about loop_wait; the shorter they are, the sooner a busy machine is taken for a dead one.
 * A primary_start_timeout of 0 hands over at once instead of waiting for crash recovery.
 */
const TIMINGS: Readonly<Record<Availability["rto"], Timings>> = {
  fast: {
    ttl: 20,
    loopWait: 2,
    retryTimeout: 9,
    primaryStartTimeout: 0,
    primaryStopTimeout: 10,
    check: { inter: 500, fastinter: 250, downinter: 250 },
    rise: 1,
    fall: 4,
  },
  normal: {
    ttl: 30,
    loopWait: 5,
    retryTimeout: 10,
    primaryStartTimeout: 0,
    primaryStopTimeout: 20,
    check: { inter: 1000, fastinter: 500, downinter: 500 },
    rise: 1,
    fall: 3,
  },
  safe: {
    ttl: 60,
    loopWait: 10,
    retryTimeout: 20,
    primaryStartTimeout: 30,
    primaryStopTimeout: 30,
    check: { inter: 2000, fastinter: 1000, downinter: 1000 },
    rise: 2,
    fall: 3,
  },
};

export const timingsOf = (availability: Availability): Timings => TIMINGS[availability.rto];
