import { BEFORE_RECOVERY } from "../../components/patroni/names.ts";
import { messageOf, type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { type Exchange, leads, replaced, returned, stoppedAll } from "./exchange.ts";
import { checkExchangeable, furthest, type Kept, newestTimeline } from "./kept-data.ts";
import { MemberData } from "./member-data.ts";

/** Replaces the cluster's data by what was restored; the copy comes to the leader while the cluster still runs. */
export async function recoverInPlace(
  cluster: RunningCluster,
  restored: { readonly timeline: number; readonly bytes: number },
  report: Report,
): Promise<Exchange> {
  await checkExchangeable(cluster, { evenInMaintenance: false });
  const leader = new MemberData(cluster, await furthest(cluster));
  try {
    report(`${leader.name} copies the restored data beside its own, and checks every page`);
    await leader.take(restored.bytes);
    const now = await furthest(cluster);
    if (now !== leader.name) {
      throw new UserError(
        `${now} leads now and not ${leader.name}, which has the copy; nothing was changed`,
        "run the command again",
      );
    }
    return await exchanged(cluster, leader, restored.timeline, report);
  } finally {
    // Whatever went wrong before is what somebody has to know.
    await leader
      .discard()
      .catch((error: unknown) => report(`the copy on ${leader.name} was not removed: ${String(error)}`));
  }
}

async function exchanged(
  cluster: RunningCluster,
  leader: MemberData,
  timeline: number,
  report: Report,
): Promise<Exchange> {
  const folder = `${BEFORE_RECOVERY}/${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const { members, started } = await stoppedAll(cluster, leader, report);
  try {
    await checkTimelines(members, timeline);
    await leader.exchange(folder);
    await leads(cluster, leader, report);
  } catch (error) {
    await returned(cluster, leader, report, error, async () => {
      await leader.back(folder, await newestTimeline(members));
    });
    throw error;
  }
  report(`what the cluster had before is on ${leader.name} in ${folder}`);
  return replaced(cluster, leader, started, report);
}

/** A failover since the restore may have taken the number that the restored data came on. */
async function checkTimelines(members: readonly MemberData[], restored: number): Promise<void> {
  const newest = await newestTimeline(members);
  if (newest >= restored) {
    throw new UserError(
      `the cluster is on timeline ${newest}, as after a failover, and the restored data on ${restored}`,
      "run the command again: the restore takes a later one",
    );
  }
}

/** Puts the data of before a recovery back, from the member that kept it. Interrupted, it goes on when it is run again. */
export async function undoRecovery(
  cluster: RunningCluster,
  { member, folder }: Kept,
  report: Report,
): Promise<Exchange> {
  await checkExchangeable(cluster, { evenInMaintenance: true });
  const leader = new MemberData(cluster, member);
  const { members, started } = await stoppedAll(cluster, leader, report);
  try {
    report(`${member} takes up its data of before, on a new timeline`);
    await leader.back(folder, await newestTimeline(members));
    await leads(cluster, leader, report);
  } catch (error) {
    throw new UserError(
      `the way back stopped: ${messageOf(error)}`,
      "mend that and go on with the same command: ./holdfast restore undo",
    );
  }
  // From here on the way is forward alone: a mark that stayed would offer this data again, when it is an old one.
  const [done] = await Promise.all([replaced(cluster, leader, started, report), leader.settled()]);
  return done;
}
