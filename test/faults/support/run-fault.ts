import { hostNamed, type Stack } from "../../../scripts/stack/outputs.ts";
import { eventually, type Lab } from "../../lab/support/lab.ts";
import { Ledger } from "../../lab/support/ledger.ts";
import type { Fault, Scene } from "./fault.ts";
import { keepLogs } from "./logs.ts";
import { MemberWatch } from "./member-watch.ts";
import { everythingWhole, membersOf, missingAnywhere, wholeForGood } from "./wholeness.ts";
import { secondsShared, secondWriters } from "./writers.ts";

export interface FaultResult {
  readonly fault: string;
  /** The longest time without a write acknowledged at the writer endpoint, and how long it may be. */
  readonly gapSeconds: number;
  readonly gapBoundSeconds: number;
  /** The longest time in which one of the clients there got no acknowledgement. */
  readonly waitSeconds: number;
  /** Rows that were acknowledged, at the endpoint and on the members themselves. */
  readonly acknowledged: number;
  /** Those of them that some member has lost; null when the members could not be asked. */
  readonly missing: number | null;
  /** How long more than one member believed to be the primary, by who they were. */
  readonly overlapSeconds: Readonly<Record<string, number>>;
  /** From the end of the fault until one leads and all others are its synchronous standbys; null when never. */
  readonly wholeSeconds: number | null;
  readonly leaderBefore: string;
  readonly leaderAfter: string | null;
  /** What did not hold; empty when all is well. */
  readonly problems: readonly string[];
}

const WRITERS = 4;
/** Some 200 rows a second in all: enough to see a gap of a few milliseconds, and leaves the servers time. */
const PAUSE_MS = 15;
const UNDER_WAY = 100;
/** Of a kind of problem that repeats itself, so many are told. */
const TOLD = 5;

/**
 * One fault under writes, from a whole cluster to a whole cluster. What it breaks is in the result and not thrown; the
 * members' logs are kept in .holdfast/faults. `during` is called while the fault is in effect, before its end.
 */
export async function runFault(
  lab: Lab,
  fault: Fault,
  during: (scene: Scene) => Promise<void> = async () => undefined,
): Promise<FaultResult> {
  await fault.prepare?.(lab);
  const stack = await lab.stack();
  const leader = await everythingWhole(stack, 120);
  const ledger = new Ledger(stack, { writers: WRITERS, pauseMs: PAUSE_MS });
  const watches = membersOf(stack).map((member) => new MemberWatch(stack, member));
  const problems = new Problems();
  const begun = Date.now();
  await ledger.start();
  for (const watch of watches) watch.start();
  const course = await problems.of("the writers", async () => {
    await eventually(
      "rows are written, and every member is watched",
      30,
      async () => ledger.acknowledged > UNDER_WAY && watches.every((watch) => watch.claims.length > 0),
    );
    return takeItsCourse(fault, sceneOf(lab, stack, leader, ledger), during, stack, problems);
  });
  await problems.of("the writers", () => goOn(ledger));
  await Promise.all(watches.map((watch) => watch.stop()));
  const report = await problems.of("the ledger", () => ledger.stop());

  const acknowledged = [...ledger.acknowledgements, ...watches.flatMap((watch) => watch.acknowledgements)];
  const missing = await problems.of("the rows", async () =>
    missingAnywhere(lab, course?.leaderAfter ?? leader, acknowledged),
  );
  problems.add(missing ?? []);
  problems.add(secondWriters(acknowledged));
  const gapSeconds = (report?.longestGapMs ?? Number.NaN) / 1000;
  if (gapSeconds > fault.gapSeconds) {
    problems.add([`${gapSeconds} s without a write, of at most ${fault.gapSeconds} s`]);
  }
  const waitSeconds = (report?.longestWaitMs ?? Number.NaN) / 1000;
  if (waitSeconds > (fault.waitSeconds ?? Number.POSITIVE_INFINITY)) {
    problems.add([`a client waited for ${waitSeconds} s, of at most ${fault.waitSeconds} s`]);
  }
  await problems.of("the logs", () => keepLogs(lab, fault.name, begun));
  const up = await lab.holdfast("up");
  if (up.code !== 0 || !up.stdout.includes("Nothing changes")) {
    problems.add([`an update fails or finds something to change: ${up.stdout.trim()} ${up.stderr.trim()}`]);
  }
  return {
    fault: fault.name,
    gapSeconds,
    gapBoundSeconds: fault.gapSeconds,
    waitSeconds,
    acknowledged: acknowledged.length,
    missing: missing?.length ?? null,
    overlapSeconds: Object.fromEntries(secondsShared(watches.flatMap((watch) => watch.claims))),
    wholeSeconds: course?.wholeSeconds ?? null,
    leaderBefore: leader,
    leaderAfter: course?.leaderAfter ?? null,
    problems: problems.all,
  };
}

interface Course {
  readonly wholeSeconds: number | null;
  readonly leaderAfter: string | null;
}

/** From the fault to a cluster that is whole without a hand. */
async function takeItsCourse(
  fault: Fault,
  scene: Scene,
  during: (scene: Scene) => Promise<void>,
  stack: Stack,
  problems: Problems,
): Promise<Course> {
  const begun = Date.now();
  await problems.of("the fault", () => fault.inject(scene));
  await problems.of("during the fault", () => during(scene));
  if (fault.holdSeconds !== undefined) {
    // A length that belongs to the fault itself: there is no condition to await.
    await pauseUntil(begun + fault.holdSeconds * 1000);
  }
  await problems.of("the end of the fault", async () => fault.heal?.(scene));
  const ended = Date.now();
  const whole = () => wholeForGood(stack, fault.wholeSeconds);
  const first = await problems.of("after the fault", whole);
  const wholeSeconds = first === undefined ? null : (first.since - ended) / 1000;
  if (fault.check === undefined) {
    return { wholeSeconds, leaderAfter: first?.leader ?? null };
  }
  await problems.of("what this fault has to show", async () => fault.check?.(scene));
  return { wholeSeconds, leaderAfter: (await problems.of("after that", whole))?.leader ?? null };
}

const pauseUntil = (time: number) => new Promise((resolve) => setTimeout(resolve, time - Date.now()));

async function goOn(ledger: Ledger): Promise<void> {
  const from = ledger.acknowledged;
  await eventually("writes go on", 60, async () => ledger.acknowledged > from + UNDER_WAY);
}

function sceneOf(lab: Lab, stack: Stack, leader: string, ledger: Ledger): Scene {
  const [first, second] = membersOf(stack).filter((member) => member.name !== leader);
  if (first === undefined || second === undefined) {
    throw new Error("the faults need three members");
  }
  return {
    lab,
    leader,
    standbys: [first.name, second.name],
    writesWithout: async (seconds, ...members) => {
      const without = new Set(members.map((member) => hostNamed(stack, member).address));
      const from = ledger.acknowledged;
      await eventually(`writes go on without ${members.join(" and ")}`, seconds, async () =>
        ledger.acknowledgements.slice(from).some(({ server }) => !without.has(server)),
      );
    },
  };
}

/** What did not hold, collected: the rest is still to be seen. */
class Problems {
  readonly all: string[] = [];

  add(problems: readonly string[]): void {
    this.all.push(...problems.slice(0, TOLD));
    if (problems.length > TOLD) this.all.push(`… and ${problems.length - TOLD} more of these`);
  }

  /** What the work gives; undefined when it failed, which is then among the problems. */
  async of<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.add([`${what}: ${error instanceof Error ? error.message : String(error)}`]);
      return undefined;
    }
  }
}
