import { AGENT_FOLDER } from "../../components/paths.ts";
import { type Report, UserError } from "../report.ts";
import type { Conversation } from "../stack/ssh.ts";
import type { RunningCluster } from "./cluster.ts";
import { type HeldPools, holdingPools } from "./pools.ts";
import { clearTheWay } from "./transactions.ts";
import { type ClusterView, isReady, leaderOf, standbysOf } from "./view.ts";
import { poll, wholeAgain } from "./wait.ts";

/** Until the former leader has rejoined; a rewind of a large database takes its time. */
const REJOIN_SECONDS = 300;
const PROMOTE_SECONDS = 30;
/** Much shorter than any lease: a standby that does not vote for so long changes nothing. */
const FOLLOW_LIMIT_SECONDS = 8;

export interface Switchover {
  readonly from: string;
  readonly to: string;
  /** How long new transactions waited at the proxies. */
  readonly waitedMs: number;
}

/** The member that takes over: the one that is asked for, else the standby that is least behind. */
export function candidateFor(
  view: ClusterView,
  durability: "strict" | "preferred" | "async",
  wanted: string | undefined,
): string {
  const ready = standbysOf(view).filter((member) => isReady(member, view, durability));
  if (wanted === undefined) {
    const [best] = [...ready].sort((a, b) => Number(a.lag ?? 0) - Number(b.lag ?? 0));
    if (best !== undefined) return best.name;
    throw new UserError("no standby can take over", "bring one back first: ./holdfast status");
  }
  if (leaderOf(view)?.name === wanted) {
    throw new UserError(`${wanted} leads already`, "name another member, or none");
  }
  if (!ready.some((member) => member.name === wanted)) {
    throw new UserError(
      `${wanted} cannot take over: it is not a standby that has every commit`,
      `name one of: ${ready.map((member) => member.name).join(", ") || "none is ready"}`,
    );
  }
  return wanted;
}

/** Keeps the other standbys from acting while nobody leads; they go on by themselves when this is not heard of again. */
function holdFollowers(cluster: RunningCluster, involved: readonly string[]): Promise<Conversation[]> {
  const followers = cluster.members.filter(({ name }) => !involved.includes(name));
  return Promise.all(
    followers.map(async ({ name }) => {
      const follower = await cluster
        .session(name)
        .converse(`bash ${AGENT_FOLDER}/follow.sh ${FOLLOW_LIMIT_SECONDS}`);
      if ((await follower.next(10)) !== "held") {
        throw new UserError(
          `Patroni does not run on ${name}; nothing was changed`,
          `./holdfast logs ${name} patroni`,
        );
      }
      return follower;
    }),
  );
}

/**
 * Moves the primary to a standby, with the clients of the pools waiting instead of failing. Sessions on the proxies'
 * session ports end, as they must.
 */
export async function switchover(
  cluster: RunningCluster,
  view: ClusterView,
  options: { readonly to?: string | undefined; readonly force: boolean },
  report: Report,
): Promise<Switchover> {
  const from = leaderOf(view)?.name;
  if (from === undefined) {
    throw new UserError("there is no leader that could hand over", "look at ./holdfast status");
  }
  const to = candidateFor(view, cluster.access.durability, options.to);
  await clearTheWay(cluster, from, options.force);
  report(`${from} hands over to ${to}`);
  // What a checkpoint has written now, the shutdown and the promotion need not write while everybody waits.
  await Promise.all([from, to].map((member) => cluster.execute(member, "CHECKPOINT", 120)));
  const followers = await holdFollowers(cluster, [from, to]);
  try {
    await cluster.session(from).run("mkdir -p /run/holdfast && touch /run/holdfast/handover");
    const waitedMs = await holdingPools(cluster, report, (pools) =>
      handOver(cluster, from, to, followers, pools),
    );
    await wholeAgain(cluster, REJOIN_SECONDS, `${from} handed over to ${to}`);
    return { from, to, waitedMs };
  } finally {
    for (const follower of followers) follower.say("follow");
  }
}

/** From the order to Patroni until the clients go on at the new primary; gives how long they waited. */
async function handOver(
  cluster: RunningCluster,
  from: string,
  to: string,
  followers: readonly Conversation[],
  pools: HeldPools,
): Promise<number> {
  const refused = cluster
    .patroni(from, "POST", "switchover", { body: { leader: from, candidate: to }, seconds: 60 })
    .then(({ status, body }) => (status === 200 ? undefined : `${status} ${body}`))
    // The former leader may be gone before it answers; the candidate tells whether it worked.
    .catch(() => undefined);
  const goneOn = pools.goOnAt(cluster.host(to).address);
  // Patroni answers up to a second after it is done: what counts is that the candidate takes writes.
  const promoted = poll(PROMOTE_SECONDS, async () =>
    (await cluster.patroni(to, "GET", "primary", { seconds: 2 })).status === 200 ? true : undefined,
  );
  const refusal = await Promise.race([refused, promoted.then(() => undefined)]);
  if (refusal !== undefined || (await promoted) !== true) {
    throw new UserError(
      `Patroni did not hand over from ${from} to ${to}: ${refusal ?? `${to} was not the primary within ${PROMOTE_SECONDS} s`}`,
      "look at both members' logs: ./holdfast logs HOST patroni",
    );
  }
  for (const follower of followers) follower.say("follow");
  await goneOn;
  return pools.waited();
}
