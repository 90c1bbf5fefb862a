import { z } from "zod";
import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { holdingPools } from "./pools.ts";
import { alertsOf, ofHost, whileQuiet } from "./quiet.ts";
import { type Switchover, switchover } from "./switchover.ts";
import { clearTheWay } from "./transactions.ts";
import { leaderOf } from "./view.ts";
import { wholeAgain, wholeBefore } from "./wait.ts";

/** Until a member runs again after its server was restarted: recovery from the last checkpoint is part of it. */
const RESTART_SECONDS = 300;

export type Waiting = Readonly<Record<string, { readonly old_value: string; readonly new_value: string }>>;

const patroniSchema = z.object({
  pending_restart_reason: z
    .record(z.string(), z.object({ old_value: z.string(), new_value: z.string() }))
    .optional(),
  pending_restart: z.boolean().optional(),
});

/** What waits for a restart of a member's server, as its own Patroni knows it; undefined when nothing does. */
export async function waitingFor(cluster: RunningCluster, member: string): Promise<Waiting | undefined> {
  const { status, body } = await cluster.patroni(member, "GET", "patroni", { seconds: 5 });
  // Whatever the status: a Patroni that answers tells all that it knows.
  if (!body.startsWith("{")) {
    throw new UserError(
      `Patroni on ${member} does not answer (${status})`,
      `./holdfast logs ${member} patroni`,
    );
  }
  const answer = patroniSchema.parse(JSON.parse(body));
  return answer.pending_restart === true ? (answer.pending_restart_reason ?? {}) : undefined;
}

/** The server restarts in place; Patroni answers when it runs again. */
async function restartServer(cluster: RunningCluster, member: string): Promise<void> {
  const { status, body } = await cluster.patroni(member, "POST", "restart", {
    body: {},
    seconds: RESTART_SECONDS,
  });
  if (status !== 200) {
    throw new UserError(
      `PostgreSQL on ${member} did not restart: ${status} ${body}\nlast lines of its log:\n${await cluster.lastLines(member, "patroni")}`,
      `mend the cause, then run the command again; nothing else was restarted after it`,
    );
  }
}

export interface RollingRestart {
  readonly restarted: readonly string[];
  readonly switchovers: readonly Switchover[];
}

/**
 * Restarts servers one after the other, each only when the cluster is whole again: the standbys, then a switchover,
 * then the former leader. Where the leader shall get less of what a standby must have at least as much of, it is
 * restarted first and in place, with the clients of the pools waiting.
 */
export async function rollingRestart(
  cluster: RunningCluster,
  options: { readonly members: readonly string[]; readonly leaderFirst: boolean; readonly force: boolean },
  report: Report,
): Promise<RollingRestart> {
  const restarted: string[] = [];
  const switchovers: Switchover[] = [];
  let view = await wholeBefore(cluster);
  const leads = (member: string) => leaderOf(view)?.name === member;
  const alerts = alertsOf(cluster);
  const restart = (member: string, inPlace: boolean): Promise<void> =>
    whileQuiet(alerts, ofHost(member), `PostgreSQL on ${member} is restarted`, report, async () => {
      if (inPlace) {
        await restartInPlace(cluster, member, options.force, report);
      } else {
        await clearTheWay(cluster, member, options.force, report);
        report(`restarting PostgreSQL on ${member}`);
        await restartServer(cluster, member);
      }
      restarted.push(member);
      view = await wholeAgain(cluster, RESTART_SECONDS, `PostgreSQL on ${member} was restarted`, report);
    });
  // Before the first: half of a rolling restart is worse than none.
  for (const member of options.members) await clearTheWay(cluster, member, options.force, report);
  const left = new Set(options.members);
  if (options.leaderFirst) {
    for (const member of [...left].filter(leads)) {
      await restart(member, true);
      left.delete(member);
    }
  }
  // Who leads is asked before each: a failover in between makes another one the last.
  while (left.size > 0) {
    const next = [...left].find((member) => !leads(member));
    if (next === undefined) {
      switchovers.push(await switchover(cluster, { force: options.force }, report));
      view = await wholeBefore(cluster);
      continue;
    }
    await restart(next, false);
    left.delete(next);
  }
  return { restarted, switchovers };
}

async function restartInPlace(
  cluster: RunningCluster,
  leader: string,
  force: boolean,
  report: Report,
): Promise<void> {
  await clearTheWay(cluster, leader, force, report);
  report(`restarting PostgreSQL on ${leader}, which leads`);
  await cluster.execute(leader, "CHECKPOINT", 120);
  await holdingPools(cluster, report, async (pools) => {
    await restartServer(cluster, leader);
    await pools.goOnAt(cluster.host(leader).address);
  });
}
