import { report, UserError } from "../report.ts";
import { LOCAL_STACK } from "../setup/environment.ts";
import { remainsOf } from "../stack/containers.ts";
import type { RunnableStack, StackState } from "../stack/engine.ts";
import { lostHosts, rebuildLost, withoutVolume } from "../stack/replace.ts";
import { type Asking, agreed, unlessAsked } from "./consent.ts";

/** Makes those hosts anew that somebody destroyed by hand, after asking where it matters. */
export async function makeLostAnew(stack: RunnableStack, state: StackState, asking: Asking): Promise<void> {
  const lost = await lostHosts(stack, state);
  if (lost.length === 0) return;
  const hosts = lost.map(([host]) => host);
  const empty = await withoutVolume(stack, hosts);
  const members = [...state.hosts.keys()].filter((host) => host.startsWith("db-"));
  // A majority of the others takes a member in again and gives it all data; without one there is nobody to ask.
  const noMajority = empty.length * 2 > members.length;
  await agreed(
    unlessAsked(asking, noMajority),
    `${hosts.join(", ")} ${lost.length > 1 ? "are" : "is"} gone from this machine: ${lost.length > 1 ? "they are" : "it is"} made anew as configured now${describeData(empty, noMajority, members)}`,
  );
  await rebuildLost(stack, lost, report);
}

function describeData(empty: readonly string[], noMajority: boolean, members: readonly string[]): string {
  if (empty.length === 0) return "; a volume that is left is used again";
  if (empty.length === members.length) {
    return "; ALL DATABASE VOLUMES ARE GONE as well: this makes a new cluster that is EMPTY. If they are only not there now, as with a disk that is not mounted, answer no";
  }
  return noMajority
    ? `; the volumes of ${empty.join(", ")} are gone as well, and what is left has no majority: this ends without a cluster that works`
    : `; the volumes of ${empty.join(", ")} are gone as well, and are refilled from the primary`;
}

/** A lab of this name that another checkout made: an update would take its hosts and its data away unasked. */
export async function refuseForeignLab(name: string, state: StackState): Promise<void> {
  const found = await remainsOf(name);
  // After a destroy that kept them, volumes are this checkout's own.
  const foreign = [...found.containers, ...(state.kind === "made" ? found.volumes : [])];
  if (foreign.length > 0) {
    throw new UserError(
      `this machine has a lab "${name}" of which this checkout knows nothing: ${[...new Set(foreign)].join(", ")}`,
      `destroy it from the checkout that made it, or take another name here: ./holdfast up --stack ${LOCAL_STACK}-NAME. Where that checkout is gone, these remove it with its data, as root: podman rm --force $(podman ps -aq --filter label=holdfast=${name}); podman volume rm $(podman volume ls -q --filter label=holdfast=${name})`,
    );
  }
}
