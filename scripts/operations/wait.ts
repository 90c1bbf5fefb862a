import { z } from "zod";
import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { type ClusterView, flaws, leaderOf } from "./view.ts";

const POLL_MS = 100;

/** Polls until the condition gives something; undefined when it does not in time. */
export async function poll<T>(
  seconds: number,
  condition: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value !== undefined || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** How long a wait may be silent. */
const SILENCE_MS = 5000;

/** Says what is still missing whenever that has changed, and nothing of what passes in a moment. */
export function telling(report: Report): (missing: readonly string[]) => void {
  let quietUntil = Date.now() + SILENCE_MS;
  let told = "";
  return (missing) => {
    const text = missing.join("; ");
    if (text === told || text === "" || Date.now() < quietUntil) return;
    report(`waiting: ${text}`);
    told = text;
    quietUntil = Date.now() + SILENCE_MS;
  };
}

/**
 * The gate between two hosts: goes on once there is one leader with all others streaming, but for those that an operator
 * took out of service.
 */
export async function wholeAgain(
  cluster: RunningCluster,
  seconds: number,
  after: string,
  report: Report,
  members: readonly string[] = inService(cluster),
): Promise<ClusterView> {
  let last: readonly string[] = [];
  const tell = telling(report);
  const view = await poll(seconds, async () => {
    const seen = await cluster.view();
    last = flaws(seen, members, cluster.access.durability);
    // What Patroni says of a member may be a round of its loop old: the leader's own list shows at once who
    // restarts. A host that is gone without a word stays in it for wal_sender_timeout.
    if (last.length === 0) last = await silent(cluster, leaderOf(seen)?.name ?? "", members);
    tell(last);
    return last.length === 0 ? seen : undefined;
  });
  if (view === undefined) {
    throw new UserError(
      `${after}, and ${seconds} s later the cluster is not whole: ${last.join("; ")}. Everything else was left as it is`,
      "look at the member's log: ./holdfast logs HOST patroni; then run the command again",
    );
  }
  return view;
}

const inService = (cluster: RunningCluster): readonly string[] =>
  cluster.members.map(({ name }) => name).filter((name) => !cluster.inMaintenance.has(name));

async function silent(
  cluster: RunningCluster,
  leader: string,
  members: readonly string[],
): Promise<string[]> {
  const streaming = await cluster
    .sql(
      leader,
      "SELECT coalesce(json_agg(application_name), '[]') FROM pg_stat_replication WHERE state = 'streaming'",
      z.array(z.string()),
    )
    .catch(() => undefined);
  if (streaming === undefined) return [`${leader} does not answer`];
  return members
    .filter((member) => member !== leader && !streaming.includes(member))
    .map((member) => `${member} does not stream from ${leader}`);
}

/**
 * Refuses to begin on a cluster that is not whole: the next step would take its last reserve. Of a host that is excepted
 * because it is what shall be mended nothing is asked.
 */
export async function wholeBefore(cluster: RunningCluster, except?: string): Promise<ClusterView> {
  const view = await cluster.view();
  const members = cluster.members.map((member) => member.name).filter((member) => member !== except);
  const problems = [
    ...[...cluster.unreachable].flatMap(([host, why]) => (host === except ? [] : [why])),
    ...members
      .filter((member) => cluster.inMaintenance.has(member))
      .map((member) => `${member} is in maintenance`),
    ...flaws(view, members, cluster.access.durability),
  ];
  if (problems.length > 0) {
    throw new UserError(
      `the cluster is not whole, and this was not begun: ${problems.join("; ")}`,
      "bring every member back first: ./holdfast status",
    );
  }
  if (view.pause === true) {
    throw new UserError(
      "Patroni is paused, so it would not do what this needs",
      "end the pause: ./holdfast ssh db-1 sudo patronictl -c /etc/patroni/config.yml resume",
    );
  }
  return view;
}
