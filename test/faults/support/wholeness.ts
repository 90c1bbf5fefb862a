import { membersFrom } from "../../../scripts/cli/status.ts";
import { ownerOf } from "../../../scripts/stack/endpoint.ts";
import { memberFacts } from "../../../scripts/stack/facts.ts";
import type { Stack, StackHost } from "../../../scripts/stack/outputs.ts";
import { eventually, isWhole, type Lab } from "../../lab/support/lab.ts";
import { type Acknowledgement, missingFrom } from "../../lab/support/ledger.ts";

export const membersOf = (stack: Stack): readonly StackHost[] =>
  stack.hosts.filter((host) => host.role === "database");

/** The leader, when one leads, all others stream from it as synchronous standbys, and all of etcd is healthy. */
async function leaderOfWhole(stack: Stack): Promise<string | undefined> {
  const members = membersFrom(await memberFacts(stack));
  const standbys = members.filter((member) => member.role === "quorum_standby");
  const healthy = members.every((member) => member.etcd === "healthy");
  return isWhole(members) && healthy && standbys.length === members.length - 1
    ? members.find((member) => member.role === "leader")?.name
    : undefined;
}

const WHOLE = "one leader, all others its synchronous standbys, etcd healthy";

/** Waits until the cluster is whole. Gives the leader. */
export const everythingWhole = (stack: Stack, seconds: number): Promise<string> =>
  eventually(WHOLE, seconds, () => leaderOfWhole(stack));

/** A process that was killed is missed by the others only after a while, and until then all looks well. */
const OBSERVED_MS = 10_000;

/** Waits until the cluster is whole and stays so. Gives the leader, and when it became whole for good. */
export async function wholeForGood(
  stack: Stack,
  seconds: number,
): Promise<{ leader: string; since: number }> {
  const begun = Date.now();
  let since: number | undefined;
  return eventually(WHOLE, seconds, async () => {
    const leader = await leaderOfWhole(stack);
    since = leader === undefined ? undefined : (since ?? Date.now());
    return leader !== undefined && since !== undefined && Date.now() > begun + OBSERVED_MS
      ? { leader, since }
      : undefined;
  });
}

/** A query as the superuser on a member, in the first database. */
export async function query(lab: Lab, member: string, text: string): Promise<string> {
  const { database } = ownerOf(await lab.stack());
  const psql = `runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d ${database}`;
  return (await lab.inside(member, `${psql} <<'SQL'\n${text}\nSQL\n`)).trim();
}

/** Acknowledged rows that are not on every member, when all have replayed what the leader has: a line for each. */
export async function missingAnywhere(
  lab: Lab,
  leader: string,
  acknowledged: readonly Acknowledgement[],
): Promise<readonly string[]> {
  const end = await query(lab, leader, "SELECT pg_current_wal_lsn()");
  const without = new Map<string, string[]>();
  for (const { name } of membersOf(await lab.stack())) {
    await eventually(`${name} has replayed all of the leader's WAL`, 30, async () => {
      const done = `SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= '${end}'`;
      return (await query(lab, name, done)) === "t";
    });
    const rows = new Set((await query(lab, name, "SELECT row FROM ledger")).split("\n"));
    for (const row of missingFrom(rows, acknowledged)) {
      without.set(row, [...(without.get(row) ?? []), name]);
    }
  }
  return [...without].map(([row, members]) => `${row} was acknowledged and is not on ${members.join(", ")}`);
}
