import { z } from "zod";
import { slotName } from "../../components/patroni/names.ts";
import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { flaws, leaderOf } from "./view.ts";
import { poll, wholeBefore } from "./wait.ts";

/** A copy over the network; it goes on by itself when nobody waits any more. */
const COPY_SECONDS = 6 * 3600;

/** When the member's server started, by its own clock; undefined while it does not run. */
const startOf = (cluster: RunningCluster, member: string): Promise<string | undefined> =>
  cluster.sql(member, "SELECT to_json(pg_postmaster_start_time())", z.string()).catch(() => undefined);

/**
 * The leader that a standby's data would be copied from. Refuses while the other standbys are not whole: the copy to be
 * deleted may be the only other one of what was acknowledged, and commits would wait for the new one.
 */
export async function sourceFor(cluster: RunningCluster, member: string, force: boolean): Promise<string> {
  const leader = leaderOf(await cluster.view())?.name;
  if (leader === undefined) {
    throw new UserError("there is no leader to copy from; nothing was done", "look at ./holdfast status");
  }
  if (leader === member) {
    throw new UserError(
      `${member} leads, and its data is the cluster's; nothing was done`,
      "hand over first: ./holdfast switchover",
    );
  }
  if (cluster.inMaintenance.has(member)) {
    throw new UserError(
      `${member} is in maintenance, and its Patroni, which would copy, is stopped; nothing was done`,
      `bring it back first: ./holdfast maintenance ${member} off`,
    );
  }
  if (!force) await wholeBefore(cluster, member);
  return leader;
}

/**
 * Drops the slots of a member that servers have given up, or are about to: even when it streams by one again, no WAL is kept
 * for it, and nobody but us makes room for the new one that Patroni then makes. One that is in use stays.
 */
async function dropLostSlots(cluster: RunningCluster, member: string): Promise<void> {
  const others = cluster.members.filter((host) => host.name !== member && cluster.reaches(host));
  const statement = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE slot_name = '${slotName(member)}' AND NOT active AND wal_status IN ('unreserved', 'lost')`;
  // A server that does not answer now has its slot looked at with the next change of state; SlotLost tells of what is left.
  await Promise.allSettled(others.map(({ name }) => cluster.execute(name, statement, 10)));
}

/** Deletes a standby's data and copies it again from the leader; returns when it streams. */
export async function reinitialize(cluster: RunningCluster, member: string, report: Report): Promise<void> {
  const before = await startOf(cluster, member);
  const { status, body } = await cluster.patroni(member, "POST", "reinitialize", {
    body: { force: true },
    seconds: 30,
  });
  if (status !== 200) {
    throw new UserError(
      `Patroni on ${member} refuses: ${status} ${body}`,
      `look at its log: ./holdfast logs ${member} patroni`,
    );
  }
  let shown = "";
  const done = await poll(COPY_SECONDS, async () => {
    const view = await cluster.view();
    const state = view.members.find((each) => each.name === member)?.state ?? "unknown";
    if (state !== shown) {
      report(`${member}: ${state}`);
      await dropLostSlots(cluster, member);
    }
    shown = state;
    const whole = flaws(view, [member, leaderOf(view)?.name ?? ""], cluster.access.durability).length === 0;
    // Patroni tells of the new state only in its next round: until then the old server's "streaming" is shown.
    return whole && (await startOf(cluster, member)) !== before ? true : undefined;
  });
  if (done === undefined) {
    throw new UserError(
      `after ${COPY_SECONDS / 3600} h ${member} does not stream`,
      `look at its log: ./holdfast logs ${member} patroni`,
    );
  }
}
