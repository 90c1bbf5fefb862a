import { RunningCluster } from "../operations/cluster.ts";
import { switchover } from "../operations/switchover.ts";
import { leaderOf } from "../operations/view.ts";
import { wholeAgain, wholeBefore } from "../operations/wait.ts";
import type { Report } from "../report.ts";
import { containersOf } from "./containers.ts";
import { type EngineStack, type RunnableStack, runUpdate, type StackState } from "./engine.ts";
import { readStack } from "./outputs.ts";

/** A new member copies nothing when its volume stayed; when not, a small database is there within this. */
const REJOIN_SECONDS = 900;

/** All that belongs to one host, and the image it is made from. */
const targetsOf = (host: string): string[] => ["--target", `**::${host}-*`, "--target", "**::image"];

/**
 * Makes hosts anew one after the other, each only when the cluster is whole again: the others first, then the
 * standbys, then, after a switchover, the primary. What else has changed waits for the update that follows.
 */
export async function replaceRolling(
  stack: RunnableStack,
  hosts: readonly string[],
  report: Report,
): Promise<void> {
  const databases = hosts.filter((host) => host.startsWith("db-"));
  for (const host of hosts.filter((each) => !databases.includes(each))) {
    report(`making ${host} anew`);
    await runUpdate(stack, targetsOf(host));
  }
  for (const host of await standbysFirst(stack, databases)) {
    await RunningCluster.with(await readStack(stack.name), async (cluster) => {
      const view = await wholeBefore(cluster);
      if (leaderOf(view)?.name === host) await switchover(cluster, { force: false }, report);
    });
    report(`making ${host} anew`);
    await runUpdate(stack, targetsOf(host));
    await awaitWhole(stack, `${host} was made anew`);
  }
}

/** A host by its name, and the URN of its machine. */
export type Lost = readonly [host: string, urn: string];

/** Hosts that were destroyed by hand, of which the engine knows nothing. */
export async function lostHosts(stack: EngineStack, state: StackState): Promise<readonly Lost[]> {
  const containers = await containersOf(stack.name);
  return [...state.hosts].filter(([host]) => !containers.includes(`holdfast-${stack.name}-${host}`));
}

/** Makes them anew; the others are left alone. */
export async function rebuildLost(stack: RunnableStack, lost: readonly Lost[]): Promise<void> {
  const names = lost.map(([host]) => host);
  // All at once: what is gone need not be spared, and several members may need each other to come back.
  await runUpdate(
    stack,
    lost.flatMap(([host, urn]) => ["--target-replace", urn, ...targetsOf(host)]),
  );
  if (names.some((host) => host.startsWith("db-"))) {
    await awaitWhole(stack, `${names.join(", ")} ${lost.length > 1 ? "were" : "was"} made anew`);
  }
}

async function standbysFirst(stack: EngineStack, hosts: readonly string[]): Promise<readonly string[]> {
  if (hosts.length === 0) return [];
  const leader = await RunningCluster.with(
    await readStack(stack.name),
    async (cluster) => leaderOf(await cluster.view())?.name,
  );
  return [...hosts].sort((a, b) => Number(a === leader) - Number(b === leader));
}

/** The host's key is another one now, so the stack is read again. */
async function awaitWhole(stack: EngineStack, after: string): Promise<void> {
  await RunningCluster.with(await readStack(stack.name), (cluster) =>
    wholeAgain(cluster, REJOIN_SECONDS, after),
  );
}
