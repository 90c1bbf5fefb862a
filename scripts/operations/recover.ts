import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { MemberData } from "./member-data.ts";
import { leaderOf } from "./view.ts";
import { poll, wholeAgain } from "./wait.ts";

const LEAD_SECONDS = 600;
/** A copy of the whole database to each standby. */
const COPY_SECONDS = 24 * 3600;

export interface Exchange {
  /** Who leads with the other data. */
  readonly leader: string;
  /** For so many seconds nobody could read or write. */
  readonly seconds: number;
}

/** Why the data of this cluster cannot be exchanged now; nothing when it can. */
export async function checkExchangeable(
  cluster: RunningCluster,
  options: { readonly evenInMaintenance: boolean },
): Promise<void> {
  const away = cluster.members.flatMap(({ name }) => {
    if (cluster.unreachable.has(name)) return [`${name} cannot be reached`];
    return cluster.inMaintenance.has(name) && !options.evenInMaintenance ? [`${name} is in maintenance`] : [];
  });
  if (away.length > 0) {
    throw new UserError(
      `${away.join(" and ")}, and would come back with other data than the cluster's; nothing was done`,
      "bring every member back first: ./holdfast status",
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

/** Replaces the cluster's data by what was restored; the copy comes to the leader while the cluster still runs. */
export async function recoverInPlace(
  cluster: RunningCluster,
  restored: { readonly timeline: number; readonly bytes: number },
  report: Report,
): Promise<Exchange & { readonly kept: string }> {
  await checkExchangeable(cluster, { evenInMaintenance: false });
  const leader = new MemberData(cluster, await furthest(cluster));
  report(`${leader.name} copies the restored data beside its own, and checks every page`);
  await leader.take(restored.bytes);
  try {
    const now = await furthest(cluster);
    if (now !== leader.name) {
      throw new UserError(
        `${now} leads now and not ${leader.name}, which has the copy; nothing was changed`,
        "run the command again",
      );
    }
    let kept = "";
    const exchange = await exchanged(cluster, leader, report, {
      there: async (members) => {
        await checkTimelines(members, restored.timeline);
        kept = await leader.exchange();
      },
      back: async () => {
        if (kept !== "") await leader.back(kept);
      },
    });
    return { ...exchange, kept };
  } finally {
    await leader.discard();
  }
}

/** Puts the data of before a recovery back, from the member that kept it. */
export async function undoRecovery(
  cluster: RunningCluster,
  from: { readonly member: string; readonly folder: string },
  report: Report,
): Promise<Exchange> {
  await checkExchangeable(cluster, { evenInMaintenance: true });
  const leader = new MemberData(cluster, from.member);
  return exchanged(cluster, leader, report, {
    there: async () => {
      report(`${leader.name} takes up its data of before, on a new timeline`);
      await leader.back(from.folder);
    },
    // What it had since the recovery is not kept: there is nowhere to go back to.
    back: async () => undefined,
  });
}

/** The one that leads; or else the one that has most. */
async function furthest(cluster: RunningCluster): Promise<string> {
  const leader = leaderOf(await cluster.view().catch(() => ({ members: [] })))?.name;
  if (leader !== undefined) return leader;
  const found = await Promise.all(
    cluster.members.map(async ({ name }) => ({ name, at: await new MemberData(cluster, name).position() })),
  );
  const [most] = found.sort(
    (a, b) => b.at.timeline - a.at.timeline || (b.at.lsn > a.at.lsn ? 1 : b.at.lsn < a.at.lsn ? -1 : 0),
  );
  if (most === undefined) throw new Error("a cluster without members");
  return most.name;
}

/** A failover since the restore may have taken the number that the restored data came on. */
async function checkTimelines(members: readonly MemberData[], restored: number): Promise<void> {
  for (const member of members) {
    const { timeline } = await member.position();
    if (timeline >= restored) {
      throw new UserError(
        `${member.name} is on timeline ${timeline}, as after a failover, and the restored data on ${restored}`,
        "run the command again: the restore takes a later one",
      );
    }
  }
}

const namesOf = (members: readonly MemberData[]): string[] => members.map(({ name }) => name);

interface Way {
  /** With all members stopped: puts the other data in place. */
  readonly there: (members: readonly MemberData[]) => Promise<void>;
  readonly back: () => Promise<void>;
}

/** Stops all members, exchanges the leader's data, has it lead alone, and the others copy it. */
async function exchanged(
  cluster: RunningCluster,
  leader: MemberData,
  report: Report,
  way: Way,
): Promise<Exchange> {
  const others = cluster.members
    .filter(({ name }) => name !== leader.name)
    .map(({ name }) => new MemberData(cluster, name));
  const members = [leader, ...others];
  report("all members stop: from here on nobody reads or writes");
  const started = Date.now();
  try {
    // The leader last: a standby would take over.
    await Promise.all(others.map((member) => member.hold()));
    await leader.hold();
    await way.there(members);
    await leadsAlone(cluster, leader, report);
  } catch (error) {
    await returned(cluster, leader, others, way, error, report);
    throw error;
  }
  const seconds = (Date.now() - started) / 1000;
  report(`${leader.name} leads; ${namesOf(others).join(" and ")} copy its data`);
  await Promise.all(others.map((member) => member.anew()));
  await wholeAgain(cluster, COPY_SECONDS, "the data was exchanged", report, namesOf(members));
  // Under strict durability nothing can be committed before that: roles and databases of now come back with it.
  await Promise.all(members.map((member) => member.release()));
  return { leader: leader.name, seconds };
}

async function leadsAlone(cluster: RunningCluster, leader: MemberData, report: Report): Promise<void> {
  report(`${leader.name} starts, alone`);
  await leader.alone();
  const leads = await poll(LEAD_SECONDS, async () => {
    const view = await cluster.view([leader.name]).catch(() => undefined);
    return view !== undefined && leaderOf(view)?.name === leader.name ? true : undefined;
  });
  if (leads === undefined) {
    throw new UserError(
      `${leader.name} did not come to lead within ${LEAD_SECONDS} s:\n${await cluster.lastLines(leader.name, "patroni")}`,
      `look at its log: ./holdfast logs ${leader.name} patroni`,
    );
  }
}

/** After a failure: the data of before, with the member that had most of it leading first. */
async function returned(
  cluster: RunningCluster,
  leader: MemberData,
  others: readonly MemberData[],
  way: Way,
  failure: unknown,
  report: Report,
): Promise<void> {
  report("that failed; the cluster goes back to what it had");
  try {
    await leader.hold();
    await way.back();
    await leadsAlone(cluster, leader, report);
    await Promise.all(others.map((member) => member.begin()));
    const members = [leader, ...others];
    await wholeAgain(cluster, COPY_SECONDS, "it went back to what it had", report, namesOf(members));
    await Promise.all(members.map((member) => member.release()));
  } catch (error) {
    const [why, then] = [failure, error].map((each) => (each instanceof Error ? each.message : String(each)));
    throw new UserError(
      `the exchange failed (${why}), and so did the way back (${then}); members are in maintenance, and the data of before is below /srv/data on ${leader.name}`,
      'see "when it stops half-way" in docs/restore.md',
    );
  }
}
