import { AGENT_FOLDER } from "../../components/paths.ts";
import { type Report, UserError } from "../report.ts";
import type { StackHost } from "../stack/outputs.ts";
import type { RunningCluster } from "./cluster.ts";
import { switchover } from "./switchover.ts";
import { clearTheWay } from "./transactions.ts";
import { flaws, leaderOf } from "./view.ts";
import { poll, telling, wholeBefore } from "./wait.ts";

const STOP_SECONDS = 180;
/** Everything that was staged meanwhile is activated; a standby that was away for long has much to catch up. */
const RETURN_SECONDS = 900;

/** Hands over what the host leads, and stops its services until `endMaintenance`, over restarts of the host too. */
export async function beginMaintenance(
  cluster: RunningCluster,
  host: StackHost,
  force: boolean,
  report: Report,
): Promise<void> {
  // Said again after a service that did not stop, it goes on from there.
  if (host.role === "database" && !cluster.inMaintenance.has(host.name)) {
    const view = await wholeBefore(cluster);
    if (leaderOf(view)?.name === host.name) await switchover(cluster, { force }, report);
    // Readers, by now: they are not held as writers are.
    await clearTheWay(cluster, host.name, force, report);
  }
  if (host.role === "proxy") anotherProxyServes(cluster, host.name);
  report(`stopping the services of ${host.name}`);
  await agent(cluster, host, "on", STOP_SECONDS);
}

/** Refuses to take the last proxy away that clients could go on to. */
export function anotherProxyServes(cluster: RunningCluster, host: string): void {
  if (!cluster.proxies.some((proxy) => proxy.name !== host && cluster.reaches(proxy))) {
    throw new UserError(
      `without ${host} no proxy would be left to serve clients; nothing was done`,
      "bring another one back first: ./holdfast status",
    );
  }
}

/** Starts the host's services with all that was changed meanwhile; a member is waited for until it streams again. */
export async function endMaintenance(
  cluster: RunningCluster,
  host: StackHost,
  report: Report,
): Promise<void> {
  report(`starting the services of ${host.name}`);
  await agent(cluster, host, "off", RETURN_SECONDS);
  if (host.role !== "database") return;
  const tell = telling(report);
  const back = await poll(RETURN_SECONDS, async () => {
    const missing = flaws(await cluster.view(), [host.name], cluster.access.durability);
    tell(missing);
    return missing.length === 0 ? true : undefined;
  });
  if (back === undefined) {
    throw new UserError(
      `${host.name} is in service again, and ${RETURN_SECONDS} s later it does not stream`,
      `look at its log: ./holdfast logs ${host.name} patroni`,
    );
  }
}

async function agent(
  cluster: RunningCluster,
  host: StackHost,
  order: "on" | "off",
  seconds: number,
): Promise<void> {
  const { code, stderr } = await cluster
    .session(host.name)
    .run(`${AGENT_FOLDER}/agent maintenance ${order} ${host.role}`, seconds);
  if (code !== 0) {
    throw new UserError(
      stderr.trim() || `maintenance ${order} failed on ${host.name}`,
      "run the command again",
    );
  }
}
