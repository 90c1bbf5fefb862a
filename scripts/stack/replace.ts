import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { anotherProxyServes } from "../operations/maintenance.ts";
import { everyProxyLeads } from "../operations/proxies.ts";
import { alertsOf, ofHost, whileQuiet } from "../operations/quiet.ts";
import { switchover } from "../operations/switchover.ts";
import { leaderOf } from "../operations/view.ts";
import { wholeAgain, wholeBefore } from "../operations/wait.ts";
import { BASTION } from "../preview/files.ts";
import type { Impact } from "../preview/impact.ts";
import { type Report, UserError } from "../report.ts";
import { containersOf, remainsOf } from "./containers.ts";
import { type EngineStack, type RunnableStack, runUpdate, type StackState } from "./engine.ts";
import { readStack } from "./outputs.ts";

/** A new member copies nothing when its volume stayed; when not, a small database is there within this. */
const REJOIN_SECONDS = 900;

/** All that belongs to one host, and the image it is made from; a bastion's address bears its name alone. */
export const targetsOf = (host: string): string[] => [
  ...["--target", `**::${host}-*`, "--target", "**::image"],
  ...(host === BASTION ? ["--target", `**::${host}`] : []),
];

/**
 * Makes hosts anew one after the other, each only when the cluster is whole again: the way in first, the others, the
 * standbys, then, after a switchover, the primary. What else has changed waits for the update that follows, but for
 * what is new in the cloud and belongs to no host: the first one may need it. `before` is asked before each host, and
 * throws when it may not be made anew.
 */
export async function replaceRolling(
  stack: RunnableStack,
  { oneByOne: hosts, shared }: Pick<Impact, "oneByOne" | "shared">,
  before: (host: string) => Promise<void>,
  report: Report,
): Promise<void> {
  const databases = hosts.filter((host) => host.startsWith("db-"));
  if (shared.length > 0) {
    report("making what hosts may need");
    await runUpdate(
      stack,
      shared.flatMap((urn) => ["--target", urn]),
    );
  }
  if (hosts.includes(BASTION)) {
    await before(BASTION);
    // Nobody can hold the cluster's lock over the machine that goes.
    report(`making the ${BASTION} anew`);
    await runUpdate(stack, targetsOf(BASTION));
    await everyProxyLeads(await readStack(stack.name));
  }
  for (const host of hosts.filter((each) => !databases.includes(each) && each !== BASTION)) {
    await before(host);
    await withCluster(stack, async (cluster) => {
      notInMaintenance(cluster, host);
      if (host.startsWith("proxy-")) anotherProxyServes(cluster, host);
      await anew(stack, cluster, host, report, async () => everyProxyLeads(await readStack(stack.name)));
    });
  }
  for (const host of await standbysFirst(stack, databases)) {
    await before(host);
    await withCluster(stack, async (cluster) => {
      const view = await wholeBefore(cluster);
      if (leaderOf(view)?.name === host) await switchover(cluster, { force: false }, report);
      await anew(stack, cluster, host, report, () => awaitWhole(stack, `${host} was made anew`, report));
    });
  }
}

/** Until it serves again. The operations host cannot keep quiet about itself. */
async function anew(
  stack: RunnableStack,
  cluster: RunningCluster,
  host: string,
  report: Report,
  serves: () => Promise<unknown>,
): Promise<void> {
  const make = async () => {
    report(`making ${host} anew`);
    await runUpdate(stack, targetsOf(host));
    await serves();
  };
  if (cluster.host(host).role === "operations") return make();
  await whileQuiet(alertsOf(cluster), ofHost(host), `${host} is made anew`, report, make);
}

/** While nobody else operates on it. */
const withCluster = async (stack: EngineStack, work: (cluster: RunningCluster) => Promise<void>) =>
  RunningCluster.with(await readStack(stack.name), (cluster) => exclusively(cluster, () => work(cluster)));

/** The mark is on the machine, and a new one would be in service unasked. */
function notInMaintenance(cluster: RunningCluster, host: string): void {
  if (cluster.inMaintenance.has(host)) {
    throw new UserError(
      `${host} is in maintenance, and was not made anew`,
      `end it first: ./holdfast maintenance ${host} off`,
    );
  }
}

/** A host by its name, and the URN of its machine. */
export type Lost = readonly [host: string, urn: string];

/** Hosts that were destroyed by hand, of which the engine knows nothing. */
export async function lostHosts(stack: EngineStack, state: StackState): Promise<readonly Lost[]> {
  const containers = await containersOf(stack.name);
  return [...state.hosts].filter(([host]) => !containers.includes(`holdfast-${stack.name}-${host}`));
}

/** Those of these database hosts whose data is gone as well. */
export async function withoutVolume(
  stack: EngineStack,
  hosts: readonly string[],
): Promise<readonly string[]> {
  const { volumes } = await remainsOf(stack.name);
  return hosts.filter(
    (host) => host.startsWith("db-") && !volumes.includes(`holdfast-${stack.name}-${host}`),
  );
}

/** Makes them anew; the others are left alone. */
export async function rebuildLost(
  stack: RunnableStack,
  lost: readonly Lost[],
  report: Report,
): Promise<void> {
  const names = lost.map(([host]) => host);
  // All at once: what is gone need not be spared, and several members may need each other to come back.
  await runUpdate(
    stack,
    lost.flatMap(([host, urn]) => ["--target-replace", urn, ...targetsOf(host)]),
  );
  if (names.some((host) => host.startsWith("db-"))) {
    await awaitWhole(stack, `${names.join(", ")} ${lost.length > 1 ? "were" : "was"} made anew`, report);
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
async function awaitWhole(stack: EngineStack, after: string, report: Report): Promise<void> {
  await RunningCluster.with(await readStack(stack.name), (cluster) =>
    wholeAgain(cluster, REJOIN_SECONDS, after, report),
  );
}
