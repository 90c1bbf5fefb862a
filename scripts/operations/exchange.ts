import { messageOf, type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { MemberData } from "./member-data.ts";
import { isReady, leaderOf, standbysOf } from "./view.ts";
import { poll, wholeAgain } from "./wait.ts";

const LEAD_SECONDS = 600;
/** A copy of the whole database to each standby. */
const COPY_SECONDS = 24 * 3600;

export interface Exchange {
  /** Who leads with the other data. */
  readonly leader: string;
  /** For so many seconds nobody could read, and nobody could commit. */
  readonly withoutReads: number;
  readonly withoutCommits: number;
}

interface Stopped {
  readonly members: readonly MemberData[];
  /** In milliseconds, as Date.now() counts them. */
  readonly started: number;
}

const others = (cluster: RunningCluster, leader: MemberData): MemberData[] =>
  cluster.members.filter(({ name }) => name !== leader.name).map(({ name }) => new MemberData(cluster, name));

const namesOf = (members: readonly MemberData[]): string[] => members.map(({ name }) => name);

/** Ends all members, the leader-to-be last; when one does not end, all go on as they were. */
export async function stoppedAll(
  cluster: RunningCluster,
  leader: MemberData,
  report: Report,
): Promise<Stopped> {
  const followers = others(cluster, leader);
  const members = [...followers, leader];
  // What is on the disk already need not get there while everybody waits. One that does not run has nothing to write.
  await Promise.all(
    namesOf(members).map((name) => cluster.execute(name, "CHECKPOINT", 600).catch(() => undefined)),
  );
  report("all members stop: from here on nobody reads or writes");
  const started = Date.now();
  try {
    const now = leaderOf(await cluster.view().catch(() => ({ members: [] })))?.name;
    // A standby would take over from one that leads and stops.
    await Promise.all(members.filter(({ name }) => name !== now).map((member) => member.hold()));
    await Promise.all(members.filter(({ name }) => name === now).map((member) => member.hold()));
  } catch (error) {
    report(`they go on as they were, for this failed: ${messageOf(error)}`);
    await Promise.all(members.map((member) => member.begin()));
    await wholeAgain(cluster, LEAD_SECONDS, "members were stopped", report, namesOf(members));
    await Promise.all(members.map((member) => member.release()));
    throw error;
  }
  return { members, started };
}

/** Has the member lead with nobody else there. Only for when all others are stopped. */
export async function leads(cluster: RunningCluster, leader: MemberData, report: Report): Promise<void> {
  report(`${leader.name} starts, alone`);
  await leader.alone();
  const leading = await poll(LEAD_SECONDS, async () => {
    const view = await cluster.view([leader.name]).catch(() => undefined);
    return view !== undefined && leaderOf(view)?.name === leader.name ? true : undefined;
  });
  if (leading !== undefined) return;
  throw new UserError(
    `${leader.name} did not come to lead within ${LEAD_SECONDS} s:\n${await cluster.lastLines(leader.name, "patroni")}`,
    `look at its log: ./holdfast logs ${leader.name} patroni`,
  );
}

/** The others copy the leader's data, in place of theirs; then all are in service. */
export async function replaced(
  cluster: RunningCluster,
  leader: MemberData,
  started: number,
  report: Report,
): Promise<Exchange> {
  const withoutReads = (Date.now() - started) / 1000;
  const followers = others(cluster, leader);
  const members = [leader, ...followers];
  report(`${leader.name} leads with the other data; ${namesOf(followers).join(" and ")} copy it`);
  try {
    await Promise.all(followers.map((member) => member.anew()));
    const withoutCommits = await firstCommit(cluster, started);
    await wholeAgain(cluster, COPY_SECONDS, "the data was exchanged", report, namesOf(members));
    // Roles, passwords and databases of now: the other data has those of its moment.
    await Promise.all(members.map((member) => member.release()));
    return { leader: leader.name, withoutReads, withoutCommits };
  } catch (error) {
    throw new UserError(
      `the cluster HAS the other data, and ${leader.name} leads with it; what comes after that did not end: ${messageOf(error)}`,
      `go on by hand, ${leader.name} first: ${namesOf(members)
        .map((name) => `./holdfast maintenance ${name} off`)
        .join(
          "; ",
        )}; then take a base backup: ./holdfast ssh ops-1 -- sudo systemctl start barman-backup; the way back is ./holdfast restore undo`,
    );
  }
}

/** Seconds until a standby confirms commits again, where they wait for one. */
async function firstCommit(cluster: RunningCluster, started: number): Promise<number> {
  const { durability } = cluster.access;
  await poll(COPY_SECONDS, async () => {
    if (durability !== "strict") return true;
    const view = await cluster.view().catch(() => undefined);
    if (view === undefined) return undefined;
    return standbysOf(view).some((member) => isReady(member, view, durability)) ? true : undefined;
  });
  return (Date.now() - started) / 1000;
}

/** After a failure: the leader's data of before, which all stopped members had most of; it leads first. */
export async function returned(
  cluster: RunningCluster,
  leader: MemberData,
  report: Report,
  failure: unknown,
  back: () => Promise<void>,
): Promise<void> {
  report("that failed; the cluster goes back to what it had");
  const followers = others(cluster, leader);
  const members = [leader, ...followers];
  try {
    await leader.hold();
    await back();
    await leads(cluster, leader, report);
    await Promise.all([leader.settled(), ...followers.map((member) => member.begin())]);
    await wholeAgain(cluster, COPY_SECONDS, "it went back to what it had", report, namesOf(members));
    await Promise.all(members.map((member) => member.release()));
  } catch (error) {
    throw new UserError(
      `the exchange failed (${messageOf(failure)}), and so did the way back (${messageOf(error)}); members are in maintenance, and the data of before is below /srv/data on ${leader.name}`,
      "mend that and go on with the way back: ./holdfast restore undo",
    );
  }
}
