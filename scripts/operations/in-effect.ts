/** The last steps of an update on the servers: "reload" or "restart", with the cluster as JSON on standard input. */
import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { maintenanceSchema } from "../../components/maintenance/schema.ts";
import { forbiddenBecause } from "../../components/maintenance/window.ts";
import { AGENT_PATH } from "../../components/paths.ts";
import { runTop } from "../cli/run.ts";
import { report, UserError } from "../report.ts";
import { accessSchema } from "../stack/access.ts";
import { RunningCluster } from "./cluster.ts";
import { exclusively } from "./exclusive.ts";
import { restartPending, waitingMembers } from "./pending.ts";
import { leaderOf } from "./view.ts";
import { poll } from "./wait.ts";

const inputSchema = accessSchema.extend({ maintenance: maintenanceSchema, timeZone: z.string() });

/** Patroni takes a change up in its next round, and reloads the server then; the agent waits for that. */
const AGREE_SECONDS = 240;
const SETTLE_SECONDS = 30;
/** Under this name the database remembers what the restarts were for. */
const RESTARTS = "restarts";

/** Each server uses what it was given: the same question as at the end of an activation, asked of all members. */
async function reloaded(cluster: RunningCluster, member: string): Promise<void> {
  const { code, stderr } = await cluster.session(member).run(`${AGENT_PATH} verify patroni`, AGREE_SECONDS);
  if (code !== 0) {
    const [cause = "", next = "mend the cause, then run the update again"] = stderr.trim().split("\nnext: ");
    throw new UserError(cause || `${member} does not use what it was given`, next);
  }
}

/** Patroni says what waits for a restart a second after a reload, not before. */
async function settled(cluster: RunningCluster, member: string): Promise<void> {
  const done = await poll(SETTLE_SECONDS, async () =>
    (await cluster.sql(
      member,
      "SELECT to_json(clock_timestamp() - pg_conf_load_time() > interval '2 s')",
      z.boolean(),
    ))
      ? true
      : undefined,
  );
  if (done === undefined) {
    throw new UserError(
      `${member} read its configuration again and again for ${SETTLE_SECONDS} s`,
      "find out who makes it reload, then run the update again",
    );
  }
}

async function leader(cluster: RunningCluster): Promise<string> {
  const found = leaderOf(await cluster.view())?.name;
  if (found === undefined) throw new UserError("there is no running leader", "look at ./holdfast status");
  return found;
}

/** The checksum of the parameters that the last of these steps brought about; null before the first. */
const broughtAbout = async (cluster: RunningCluster): Promise<string | null> =>
  cluster.sql(
    await leader(cluster),
    `SELECT to_json(checksum) FROM holdfast.applied WHERE component = '${RESTARTS}'`,
    z.string().nullable(),
  );

const remember = async (cluster: RunningCluster, checksum: string): Promise<void> =>
  cluster.execute(
    await leader(cluster),
    // Without the record the next update asks once more; nobody has to wait for a standby because of it.
    `SET synchronous_commit = local;
     INSERT INTO holdfast.applied VALUES ('${RESTARTS}', '${checksum}')
       ON CONFLICT (component) DO UPDATE SET checksum = excluded.checksum, at = now();`,
    15,
  );

await runTop(async () => {
  const [order] = process.argv.slice(2);
  const input = inputSchema.parse(JSON.parse(await text(process.stdin)));
  await RunningCluster.with(input, async (cluster) => {
    const serving = cluster.members.filter(({ name }) => !cluster.inMaintenance.has(name));
    await Promise.all(serving.map(({ name }) => reloaded(cluster, name)));
    if (order === "reload") return;
    await Promise.all(serving.map(({ name }) => settled(cluster, name)));
    const wanted = createHash("sha256")
      .update(process.env["PARAMETERS"] ?? "")
      .digest("hex");
    // This step runs when anything about the hosts or the policy changes, too, of which no preview says that it restarts
    // a server: what waits for another reason goes on waiting.
    if ((await broughtAbout(cluster)) === wanted) return;
    if ((await waitingMembers(cluster)).size > 0) {
      const forbidden = forbiddenBecause(input.maintenance, input.timeZone, new Date());
      if (forbidden !== undefined) {
        throw new UserError(
          `the servers may not be restarted now, as this change needs: the window closed while the update went on`,
          forbidden,
        );
      }
      const { restarted, switchovers } = await exclusively(cluster, () =>
        restartPending(cluster, false, report),
      );
      report(
        `restarted ${restarted.join(", ")}${switchovers.map(({ from, to, waitedMs }) => `; ${from} handed over to ${to}, and writes waited ${(waitedMs / 1000).toFixed(1)} s`).join("")}`,
      );
    }
    await remember(cluster, wanted);
  });
});
