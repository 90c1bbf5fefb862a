import { z } from "zod";
import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { poll } from "./wait.ts";

/** From this age on a transaction would keep everybody behind it waiting. */
const LONG_SECONDS = 2;
/** Most that run for seconds end in seconds. */
const PATIENCE_SECONDS = 10;

const LONG = `backend_type = 'client backend' AND xact_start < clock_timestamp() - interval '${LONG_SECONDS} s' AND usename <> 'postgres'`;

const transactionSchema = z.object({
  pid: z.int(),
  role: z.string().nullable(),
  database: z.string().nullable(),
  seconds: z.number(),
  state: z.string().nullable(),
  query: z.string(),
});

/** Client transactions on a member that have gone on for some time. */
async function longTransactions(cluster: RunningCluster, member: string) {
  return cluster.sql(
    member,
    `SELECT coalesce(json_agg(json_build_object('pid', pid, 'role', usename, 'database', datname, 'state', state,
       'seconds', round(extract(epoch FROM clock_timestamp() - xact_start)), 'query', left(regexp_replace(query, '\\s+', ' ', 'g'), 60))
       ORDER BY xact_start), '[]') FROM pg_stat_activity WHERE ${LONG}`,
    z.array(transactionSchema),
  );
}

/**
 * Waits a moment for client transactions on a member that its restart, or a move of the primary, would end; then refuses
 * to go on over them, or ends them when it is said so.
 */
export async function clearTheWay(
  cluster: RunningCluster,
  member: string,
  force: boolean,
  report: Report,
): Promise<void> {
  let found = await longTransactions(cluster, member);
  if (found.length === 0) return;
  if (force) {
    await cluster.execute(member, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${LONG}`, 15);
    return;
  }
  report(`waiting at most ${PATIENCE_SECONDS} s for transactions on ${member}`);
  const clear = await poll(PATIENCE_SECONDS, async () => {
    found = await longTransactions(cluster, member);
    return found.length === 0 ? true : undefined;
  });
  if (clear) return;
  throw new UserError(
    `transactions are running on ${member} that would be ended:\n${found
      .slice(0, 5)
      .map((each) => `  ${each.role} in ${each.database} for ${each.seconds} s, ${each.state}: ${each.query}`)
      .join("\n")}${found.length > 5 ? `\n  and ${found.length - 5} more` : ""}`,
    "wait until they have ended, then run the command again; ./holdfast switchover and ./holdfast restart end them when they are told --force",
  );
}
