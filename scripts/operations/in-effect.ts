/** The last step of an update on the servers: a cluster and its wanted parameters as JSON on standard input. */
import { text } from "node:stream/consumers";
import { z } from "zod";
import { STANDBY_NEEDS_AS_MUCH } from "../../components/postgres/changes.ts";
import { runTop } from "../cli/run.ts";
import { report, UserError } from "../report.ts";
import { accessSchema } from "../stack/outputs.ts";
import { RunningCluster } from "./cluster.ts";
import { restartPending } from "./pending.ts";
import { waitingFor } from "./restart.ts";
import { poll } from "./wait.ts";

const inputSchema = accessSchema.extend({
  parameters: z.array(z.object({ name: z.string(), shown: z.string(), restart: z.boolean() })),
});
type Parameter = z.infer<typeof inputSchema>["parameters"][number];

/** Patroni takes a change up in its next round, at most loop_wait (10 s) later, and reloads the server then. */
const TAKEN_UP_SECONDS = 40;

/** Waits until a member has each parameter in effect, or knows that it waits for a restart. */
async function takenUp(
  cluster: RunningCluster,
  member: string,
  parameters: readonly Parameter[],
): Promise<void> {
  let missing: readonly string[] = [];
  const done = await poll(TAKEN_UP_SECONDS, async () => {
    missing = await notYet(cluster, member, parameters);
    return missing.length === 0 ? true : undefined;
  });
  if (done === undefined) {
    throw new UserError(
      `host ${member}, step postgres-parameters: after ${TAKEN_UP_SECONDS} s the server has not taken up ${missing.join(", ")}\nlast lines of patroni:\n${await cluster.lastLines(member, "patroni")}`,
      "mend what the lines name, then run the update again",
    );
  }
}

const settingsSchema = z.object({
  inRecovery: z.boolean(),
  settings: z.record(z.string(), z.object({ setting: z.string(), pending: z.boolean() })),
});

async function notYet(
  cluster: RunningCluster,
  member: string,
  parameters: readonly Parameter[],
): Promise<readonly string[]> {
  const [server, waiting] = await Promise.all([
    cluster.sql(
      member,
      `SELECT json_build_object('inRecovery', pg_is_in_recovery(), 'settings',
         json_object_agg(name, json_build_object('setting', setting, 'pending', pending_restart))) FROM pg_settings`,
      settingsSchema,
    ),
    waitingFor(cluster, member),
  ]);
  return parameters.flatMap(({ name, shown }) => {
    const found = server.settings[name];
    // An extension's parameter is unknown until its library is loaded.
    if (found === undefined || isAutomatic(name, shown)) return [];
    const enough =
      server.inRecovery && STANDBY_NEEDS_AS_MUCH.includes(name) && Number(found.setting) >= Number(shown);
    return same(found.setting, shown) || found.pending || waiting?.[name] !== undefined || enough
      ? []
      : [`${name} = ${shown} (it has ${found.setting})`];
  });
}

const same = (found: string, wanted: string): boolean =>
  found === wanted || (wanted !== "" && Number(found) === Number(wanted));

/** The server puts a value of its own in the place of these. */
const isAutomatic = (name: string, shown: string): boolean =>
  shown === "-1" || (shown === "0" && name.endsWith("_buffers"));

await runTop(async () => {
  const input = inputSchema.parse(JSON.parse(await text(process.stdin)));
  await RunningCluster.with(input, async (cluster) => {
    const serving = cluster.members.filter(({ name }) => !cluster.inMaintenance.has(name));
    await Promise.all(serving.map(({ name }) => takenUp(cluster, name, input.parameters)));
    const { restarted, switchovers } = await restartPending(cluster, false, report);
    if (restarted.length > 0) {
      report(
        `restarted ${restarted.join(", ")}${switchovers.map(({ from, to, waitedMs }) => `; ${from} handed over to ${to}, and writes waited ${(waitedMs / 1000).toFixed(1)} s`).join("")}`,
      );
    }
  });
});
