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
  const conversations = await Promise.all(
    cluster.proxies.map((proxy) =>
      cluster
        .session(proxy.name)
        .converse(`bash ${AGENT_FOLDER}/pools.sh hold ${PATIENCE_SECONDS} ${LIMIT_SECONDS}`),
    ),
  );
  let ended: number | undefined;
  let going: Promise<void> | undefined;
  const answers = await Promise.all(conversations.map((proxy) => proxy.next(PATIENCE_SECONDS + 10)));
  if (answers.some((answer) => answer !== "held")) {
    for (const proxy of conversations) proxy.say("back");
    throw notHeld(answers);
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
  try {
    return await work({
      goOnAt: (address) => {
        for (const proxy of conversations) proxy.say(`to ${address}`);
        return resumed();
      },
      waited: () => (ended ?? Date.now()) - started,
    });
  } finally {
    if (ended === undefined) {
      for (const proxy of conversations) proxy.say("back");
      await resumed();
    }
  }
}

async function heardResumed(proxy: Conversation): Promise<void> {
  const answer = await proxy.next(LIMIT_SECONDS + 10);
  if (answer !== "resumed") {
    throw new UserError(
      `a proxy ended before it let its clients go on (it said ${answer ?? "nothing"})`,
      `its own timer does so after ${LIMIT_SECONDS} s; look at ./holdfast status`,
    );
  }
}

const notHeld = (answers: readonly (string | undefined)[]): UserError =>
  answers.includes("taken")
    ? new UserError(
        "another switchover or restart holds the proxies' pools",
        "wait until it has ended, then run the command again",
      )
    : answers.includes("busy")
      ? new UserError(
          `transactions that run for more than ${PATIENCE_SECONDS} s keep the proxies' pools from being held; nothing was changed`,
          "wait until they have ended, or end them: --force",
        )
      : new UserError(
          "a proxy's pools could not be held; nothing was changed",
          "look at PgBouncer there: ./holdfast logs proxy-1 pgbouncer@writer",
        );
