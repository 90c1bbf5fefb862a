import { STANDBY_NEEDS_AS_MUCH } from "../../components/postgres/changes.ts";
import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { type RollingRestart, rollingRestart, type Waiting, waitingFor } from "./restart.ts";
import type { Switchover } from "./switchover.ts";
import { leaderOf } from "./view.ts";
import { wholeBefore } from "./wait.ts";

/** Each round restarts every member that waits; what was lowered on the leader is known to standbys only after it. */
const ROUNDS = 3;

/** Restarts what waits for a restart, in the order that the changes ask for, until nothing waits any more. */
export async function restartPending(
  cluster: RunningCluster,
  force: boolean,
  report: Report,
): Promise<RollingRestart> {
  const restarted: string[] = [];
  const switchovers: Switchover[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const waiting = await waitingMembers(cluster);
    if (waiting.size === 0) break;
    const leader = leaderOf(await wholeBefore(cluster))?.name ?? "";
    const done = await rollingRestart(
      cluster,
      { members: [...waiting.keys()], leaderFirst: isLowered(waiting.get(leader)), force },
      report,
    );
    restarted.push(...done.restarted);
    switchovers.push(...done.switchovers);
  }
  const still = await waitingMembers(cluster);
  if (still.size > 0) {
    throw new UserError(
      `after ${ROUNDS} rounds of restarts these still wait for one: ${[...still].map(([member, what]) => `${member} (${Object.keys(what).join(", ")})`).join("; ")}`,
      "look at the members' logs: ./holdfast logs HOST patroni",
    );
  }
  return { restarted, switchovers };
}

export async function waitingMembers(cluster: RunningCluster): Promise<Map<string, Waiting>> {
  const waiting = new Map<string, Waiting>();
  for (const { name } of cluster.members) {
    // Its server starts with the new values when the maintenance ends.
    if (cluster.inMaintenance.has(name)) continue;
    const what = await waitingFor(cluster, name);
    if (what !== undefined) waiting.set(name, what);
  }
  return waiting;
}

/** Whether the leader shall get less of something that standbys must have at least as much of. */
export function isLowered(waiting: Waiting | undefined): boolean {
  return STANDBY_NEEDS_AS_MUCH.some((name) => {
    const change = waiting?.[name];
    return change !== undefined && Number(change.new_value) < Number(change.old_value);
  });
}
