import { AGENT_FOLDER } from "../../components/paths.ts";
import { type Report, UserError } from "../report.ts";
import type { Conversation } from "../stack/ssh.ts";
import type { RunningCluster } from "./cluster.ts";

/** For transactions that run when the pools are to be held; longer would be felt by all who wait behind them. */
const PATIENCE_SECONDS = 2;
/** After this the proxies let their clients go on by themselves. */
const LIMIT_SECONDS = 30;

/** The writer's pools of all proxies, with new transactions waiting. */
export interface HeldPools {
  /** Lets the clients go on as soon as their way leads to the primary at this address. */
  goOnAt(address: string): Promise<void>;
  /** The same, at a primary anywhere but at this address. */
  goOnAwayFrom(address: string): Promise<void>;
  /** Milliseconds that the clients have waited so far, or did wait. */
  waited(): number;
}

/**
 * Holds the writer's pools on every proxy while something is done to the primary, so that clients wait instead of
 * failing. They go on whatever happens: when the work fails, when this process dies, when a connection breaks.
 * A transaction that goes on too long makes this fail, before anything was done.
 */
export async function holdingPools<T>(
  cluster: RunningCluster,
  report: Report,
  work: (pools: HeldPools) => Promise<T>,
): Promise<T> {
  // All sessions first: a proxy that is not in reach must not leave the others held.
  const sessions = cluster.proxies.map((proxy) => cluster.session(proxy.name));
  const conversations = await Promise.all(
    sessions.map((session) =>
      session.converse(`bash ${AGENT_FOLDER}/pools.sh hold ${PATIENCE_SECONDS} ${LIMIT_SECONDS}`),
    ),
  );
  let ended: number | undefined;
  let going: Promise<void> | undefined;
  const answers = await Promise.all(
    conversations.map((proxy) => proxy.next(PATIENCE_SECONDS + 10).catch(() => undefined)),
  );
  if (answers.some((answer) => answer !== "held")) {
    for (const proxy of conversations) proxy.say("back");
    throw notHeld(cluster.proxies.map(({ name }, index) => [name, answers[index]] as const));
  }
  const started = Date.now();
  report("new transactions wait at the proxies");
  const resumed = () => {
    going ??= Promise.all(conversations.map((proxy) => heardResumed(proxy))).then(() => {
      ended = Date.now();
      report(`the proxies' clients go on after ${((ended - started) / 1000).toFixed(1)} s`);
    });
    return going;
  };
  const goOn = (order: string) => {
    for (const proxy of conversations) proxy.say(order);
    const done = resumed();
    // Awaited later, when a failure of the work itself may come first.
    done.catch(() => undefined);
    return done;
  };
  try {
    return await work({
      goOnAt: (address) => goOn(`to ${address}`),
      goOnAwayFrom: (address) => goOn(`away ${address}`),
      waited: () => (ended ?? Date.now()) - started,
    });
  } finally {
    if (ended === undefined) await goOn("back");
  }
}

async function heardResumed(proxy: Conversation): Promise<void> {
  const answer = await proxy.next(LIMIT_SECONDS + 10);
  if (answer !== "resumed") {
    throw new UserError(
      `a proxy did not let its clients go on (it said ${answer ?? "nothing"})`,
      `its own timer does so ${LIMIT_SECONDS} s after they were held; look at ./holdfast status, and when they still wait: ./holdfast ssh PROXY sudo -u postgres psql -h /run/pgbouncer -p 6432 pgbouncer -c RESUME`,
    );
  }
}

function notHeld(answers: readonly (readonly [proxy: string, answer: string | undefined])[]): UserError {
  const said = (word: string) => answers.some(([, answer]) => answer === word);
  if (said("taken")) {
    return new UserError(
      "another switchover or restart holds the proxies' pools",
      "wait until it has ended, then run the command again",
    );
  }
  if (said("busy")) {
    return new UserError(
      `transactions that run for more than ${PATIENCE_SECONDS} s keep the proxies' pools from being held`,
      "wait until they have ended, or end them: ./holdfast switchover --force, ./holdfast restart --force",
    );
  }
  const failed = answers.filter(([, answer]) => answer !== "held").map(([proxy]) => proxy);
  return new UserError(
    `the pools of ${failed.join(", ")} could not be held`,
    `look at PgBouncer there: ./holdfast logs ${failed[0]} pgbouncer@writer`,
  );
}
