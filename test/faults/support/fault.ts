import type { Lab } from "../../lab/support/lab.ts";

/** Who is who when a fault begins. */
export interface Scene {
  readonly lab: Lab;
  readonly leader: string;
  readonly standbys: readonly [string, string];
  /** Waits until the writer endpoint acknowledges a row that none of these members wrote. */
  readonly writesWithout: (seconds: number, ...members: readonly string[]) => Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** What has to be so before it: who leads, what is there. */
  readonly prepare?: (lab: Lab) => Promise<void>;
  /** Ends when the fault is in effect, or has happened. */
  readonly inject: (scene: Scene) => Promise<void>;
  /** How long it is in effect, where that does not follow from a condition. */
  readonly holdSeconds?: number;
  readonly heal?: (scene: Scene) => Promise<void>;
  /** What this fault has to show besides what holds for all, in the whole cluster; throws when it does not. */
  readonly check?: (scene: Scene) => Promise<void>;
  /** The longest time without a write acknowledged at the writer endpoint. */
  readonly gapSeconds: number;
  /** The longest time in which one client got no acknowledgement, where only some are hit. */
  readonly waitSeconds?: number;
  /** From the end of the fault until all members stream again. */
  readonly wholeSeconds: number;
  /** Why these bounds, and whose hand it needs if it needs one. */
  readonly notes: string;
}
