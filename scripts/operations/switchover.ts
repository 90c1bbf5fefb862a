import { z } from "zod";
import { AGENT_FOLDER } from "../../components/paths.ts";
import { type Report, UserError } from "../report.ts";
import type { Conversation } from "../stack/ssh.ts";
import type { RunningCluster } from "./cluster.ts";
import { type HeldPools, holdingPools } from "./pools.ts";
import { clearTheWay } from "./transactions.ts";
import { type ClusterView, isReady, leaderOf, standbysOf } from "./view.ts";
import { poll, wholeAgain, wholeBefore } from "./wait.ts";

/** Until the former leader has rejoined; a rewind of a large database takes its time. */
const REJOIN_SECONDS = 300;
const PROMOTE_SECONDS = 30;
const CAUGHT_UP_SECONDS = 2;
/** Much shorter than any lease: a standby that does not vote for so long changes nothing. */
const FOLLOW_LIMIT_SECONDS = 8;
const MARK = "/run/holdfast/handover";

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

/**
 * Moves the primary to a standby, with the clients of the pools waiting instead of failing. Sessions on the proxies'
 * session ports end, as they must. It looks at the cluster itself: whatever was seen before may be old.
 */
export async function switchover(
  cluster: RunningCluster,
  options: { readonly from?: string; readonly to?: string | undefined; readonly force: boolean },
  report: Report,
): Promise<Switchover> {
  const view = await wholeBefore(cluster);
  const from = leaderOf(view)?.name ?? "";
  if (options.from !== undefined && options.from !== from) {
    throw new UserError(
      `${from} leads now, and not ${options.from} any more; nothing was done`,
      "run it again",
    );
  }
  const to = candidateFor(view, cluster.access.durability, options.to);
  await clearTheWay(cluster, from, options.force, report);
  report(`${from} hands over to ${to}`);
  // What a checkpoint has written now, the shutdown and the promotion need not write while everybody waits.
  await Promise.all([from, to].map((member) => cluster.execute(member, "CHECKPOINT", 600)));
  const done = await holdingPools(cluster, report, async (pools) => {
    await caughtUp(cluster, from, to);
    return withFollowersHeld(cluster, [from, to], (follow) => handOver(cluster, from, to, pools, follow));
  });
  await wholeAgain(cluster, REJOIN_SECONDS, `${from} handed over to ${done.to}`, report);
  return done;
}

/**
 * Patroni hands over to the member that is named, and asks no quorum whether it has every commit: another standby may
 * have acknowledged the last ones. With the pools held it has to have all that the leader has.
 */
async function caughtUp(cluster: RunningCluster, from: string, to: string): Promise<void> {
  let behind: number | null = null;
  const done = await poll(CAUGHT_UP_SECONDS, async () => {
    behind = await cluster.sql(
      from,
      `SELECT to_json(pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)::bigint)
         FROM pg_stat_replication WHERE application_name = '${to}' AND state = 'streaming'`,
      z.number().nullable(),
    );
    return behind !== null && behind <= 0 ? true : undefined;
  });
  if (done === undefined) {
    throw new UserError(
      `${to} ${behind === null ? `does not stream from ${from}` : `is ${behind} bytes behind ${from}`}, and commits could be lost with a handover; nothing was done`,
      "name another member, or wait until writes on the session ports are fewer: ./holdfast status",
    );
  }
}

/**
 * Keeps the other standbys' Patronis from acting while nobody leads; they go on when told, when the work ends, and by
 * themselves when this is not heard of again.
 */
async function withFollowersHeld<T>(
  cluster: RunningCluster,
  involved: readonly string[],
  work: (follow: (leader: string) => void) => Promise<T>,
): Promise<T> {
  const [from = ""] = involved;
  const held = new Map<string, Conversation>();
  const tell = (orderFor: (follower: string) => string) => {
    for (const [name, follower] of held) follower.say(orderFor(name));
  };
  try {
    // All of it at once: clients wait already.
    const others = cluster.members.filter(({ name }) => !involved.includes(name));
    await Promise.all([
      ...others.map(({ name }) => hold(cluster, name, held)),
      leadsStill(cluster, from),
      cluster.session(from).run(`mkdir -p /run/holdfast && touch ${MARK}`),
    ]);
    return await work((leader) =>
      tell((follower) => (follower === leader ? "back" : `follow ${cluster.host(leader).address}`)),
    );
  } finally {
    tell(() => "back");
    await cluster
      .session(from)
      .run(`rm -f ${MARK}`)
      // A host that went down took the mark with it: it lies in memory.
      .catch(() => undefined);
  }
}

async function hold(cluster: RunningCluster, name: string, held: Map<string, Conversation>): Promise<void> {
  const follower = await cluster
    .session(name)
    .converse(`bash ${AGENT_FOLDER}/follow.sh ${FOLLOW_LIMIT_SECONDS}`);
  held.set(name, follower);
  if ((await follower.next(10)) !== "held") {
    throw new UserError(
      `Patroni on ${name} could not be held; nothing was done`,
      `./holdfast logs ${name} patroni`,
    );
  }
}

async function leadsStill(cluster: RunningCluster, from: string): Promise<void> {
  const { status } = await cluster.patroni(from, "GET", "primary", { seconds: 2 });
  if (status !== 200) throw new UserError(`${from} does not lead any more; nothing was done`, "run it again");
}

/** From the order to Patroni until the clients go on at the new primary. */
async function handOver(
  cluster: RunningCluster,
  from: string,
  to: string,
  pools: HeldPools,
  follow: (leader: string) => void,
): Promise<Switchover> {
  const goneOn = pools.goOnAwayFrom(cluster.host(from).address);
  const refused = cluster
    .patroni(from, "POST", "switchover", { body: { leader: from, candidate: to }, seconds: 60 })
    // No answer is none: the former leader may be gone by then, and who leads tells whether it worked.
    .then(({ status, body }) => (status === 200 || status === 0 ? NEVER : `${status} ${body}`))
    .catch(() => NEVER);
  // Patroni answers up to a second after it is done: what counts is that somebody else takes writes.
  const promoted = poll(PROMOTE_SECONDS, () => leaderBut(cluster, from, to));
  const outcome = await Promise.race([refused, promoted.then((leader) => ({ leader }))]);
  if (typeof outcome === "string" || outcome.leader === undefined) {
    throw new UserError(
      `Patroni did not hand over from ${from} to ${to}: ${typeof outcome === "string" ? outcome : `nobody else was the primary within ${PROMOTE_SECONDS} s`}`,
      "look at both members' logs: ./holdfast logs HOST patroni",
    );
  }
  follow(outcome.leader);
  await goneOn;
  return { from, to: outcome.leader, waitedMs: pools.waited() };
}

const NEVER = new Promise<never>(() => undefined);

/**
 * The member that leads now and did not before: the candidate, or another one, of which the candidate knows. The others'
 * Patronis are held and answer nobody, and to wait for one of them would be a wait of everybody's.
 */
async function leaderBut(cluster: RunningCluster, from: string, to: string): Promise<string | undefined> {
  const leads = (member: string) =>
    cluster
      .patroni(member, "GET", "primary", { seconds: 2 })
      .then(({ status }) => status === 200)
      .catch(() => false);
  if (await leads(to)) return to;
  const leader = await cluster.view([to]).then(
    (view) => leaderOf(view)?.name,
    () => undefined,
  );
  return leader !== undefined && leader !== from && leader !== to && (await leads(leader))
    ? leader
    : undefined;
}
