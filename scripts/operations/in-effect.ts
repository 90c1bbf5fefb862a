/** The last steps of an update on the servers: "reload" or "restart", with the cluster as JSON on standard input. */
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
import { restartPending } from "./pending.ts";
import { poll } from "./wait.ts";

const inputSchema = accessSchema.extend({ maintenance: maintenanceSchema, timeZone: z.string() });

/** Patroni takes a change up in its next round, and reloads the server then; the agent waits for that. */
const AGREE_SECONDS = 240;
const SETTLE_SECONDS = 30;

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

await runTop(async () => {
  const [order] = process.argv.slice(2);
  const input = inputSchema.parse(JSON.parse(await text(process.stdin)));
  await RunningCluster.with(input, async (cluster) => {
    const serving = cluster.members.filter(({ name }) => !cluster.inMaintenance.has(name));
    await Promise.all(serving.map(({ name }) => reloaded(cluster, name)));
    if (order === "reload") return;
    await Promise.all(serving.map(({ name }) => settled(cluster, name)));
    // What this update needs was allowed before it began; what waits for other reasons keeps to the policy as well.
    const forbidden = forbiddenBecause(input.maintenance, input.timeZone, new Date());
    if (forbidden !== undefined) {
      report(`no server is restarted, whatever waits for it: ${forbidden}`);
      return;
    }
    const { restarted, switchovers } = await exclusively(cluster, () =>
      restartPending(cluster, false, report),
    );
    if (restarted.length > 0) {
      report(
        `restarted ${restarted.join(", ")}${switchovers.map(({ from, to, waitedMs }) => `; ${from} handed over to ${to}, and writes waited ${(waitedMs / 1000).toFixed(1)} s`).join("")}`,
      );
    }
  });
});
