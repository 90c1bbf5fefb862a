import { UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { MemberData } from "./member-data.ts";
import { leaderOf } from "./view.ts";

/** Data from before a recovery, on the member that led then. */
export interface Kept {
  readonly member: string;
  readonly folder: string;
}

/** Data from before recoveries, the newest last. Who cannot be asked might have some. */
export async function keptData(cluster: RunningCluster): Promise<readonly Kept[]> {
  checkReach(cluster);
  const found = await Promise.all(
    cluster.members.map(async ({ name }) =>
      (await new MemberData(cluster, name).kept()).map((folder) => ({ member: name, folder })),
    ),
  );
  return found.flat().sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** Removes copies that recoveries which were interrupted have left, on whichever members. */
export async function discardCopies(cluster: RunningCluster): Promise<void> {
  await Promise.all(cluster.members.map(({ name }) => new MemberData(cluster, name).discard()));
}

/** Why the data of this cluster cannot be exchanged now; nothing when it can. */
export async function checkExchangeable(
  cluster: RunningCluster,
  options: { readonly evenInMaintenance: boolean },
): Promise<void> {
  checkReach(cluster);
  const [away] = cluster.members.filter(({ name }) => cluster.inMaintenance.has(name));
  if (away !== undefined && !options.evenInMaintenance) {
    throw new UserError(
      `${away.name} is in maintenance, and would come back with other data than the cluster's; nothing was done`,
      `end it first: ./holdfast maintenance ${away.name} off; or, after a recovery that stopped half-way: ./holdfast restore undo`,
    );
  }
  const view = await cluster.view().catch(() => undefined);
  if (view?.pause === true) {
    throw new UserError(
      "Patroni is paused, so it would neither stop its servers nor start them; nothing was done",
      "end the pause: ./holdfast ssh db-1 sudo patronictl -c /etc/patroni/config.yml resume",
    );
  }
}

function checkReach(cluster: RunningCluster): void {
  const away = cluster.members.filter(({ name }) => cluster.unreachable.has(name)).map(({ name }) => name);
  if (away.length === 0) return;
  throw new UserError(
    `${away.join(" and ")} cannot be reached, and all members are needed for this; nothing was done`,
    "bring every member back first: ./holdfast status",
  );
}

/** The member whose data is the cluster's: the one that leads. */
export async function furthest(cluster: RunningCluster): Promise<string> {
  const leader = leaderOf(await cluster.view().catch(() => ({ members: [] })))?.name;
  if (leader !== undefined) return leader;
  throw new UserError(
    "nobody leads, so nobody knows which member has most of what was committed; nothing was done",
    "bring a leader back first: ./holdfast status; a restore beside the cluster can be had meanwhile: ./holdfast restore run",
  );
}

export async function newestTimeline(members: readonly MemberData[]): Promise<number> {
  const timelines = await Promise.all(members.map((member) => member.timeline()));
  return Math.max(...timelines);
}
