import { z } from "zod";
import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { flaws, leaderOf } from "./view.ts";
import { poll } from "./wait.ts";

/** A copy over the network; it goes on by itself when nobody waits any more. */
const COPY_SECONDS = 6 * 3600;

/** When the member's server started, by its own clock; undefined while it does not run. */
const startOf = (cluster: RunningCluster, member: string): Promise<string | undefined> =>
  cluster.sql(member, "SELECT to_json(pg_postmaster_start_time())", z.string()).catch(() => undefined);

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
    if (state !== shown) report(`${member}: ${state}`);
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
