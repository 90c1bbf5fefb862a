import { AGENT_FOLDER } from "../../components/paths.ts";
import { type Report, UserError } from "../report.ts";
import type { StackHost } from "../stack/outputs.ts";
import type { RunningCluster } from "./cluster.ts";
import { switchover } from "./switchover.ts";
import { leaderOf } from "./view.ts";
import { wholeAgain, wholeBefore } from "./wait.ts";

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
  const view = await wholeBefore(cluster);
  if (leaderOf(view)?.name === host.name) {
    await switchover(cluster, view, { force }, report);
  }
  report(`stopping the services of ${host.name}`);
  await agent(cluster, host, "on", STOP_SECONDS);
}

/** Starts the host's services with all that was changed meanwhile, and waits until the cluster is whole. */
export async function endMaintenance(
  cluster: RunningCluster,
  host: StackHost,
  report: Report,
): Promise<void> {
  report(`starting the services of ${host.name}`);
  await agent(cluster, host, "off", RETURN_SECONDS);
  await wholeAgain(cluster, RETURN_SECONDS, `the maintenance of ${host.name} ended`);
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
