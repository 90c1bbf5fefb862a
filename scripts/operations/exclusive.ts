import { UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";

/** In memory, so that no host that was rebooted keeps it. */
const LOCK = "/run/holdfast-operation";

/**
 * Works while nobody else operates on the cluster: two rolling restarts at once would take two members away. The lock
 * is a program on the first member in reach, and ends with the connection to it.
 */
export async function exclusively<T>(cluster: RunningCluster, work: () => Promise<T>): Promise<T> {
  const member = cluster.members.find((each) => cluster.reaches(each));
  if (member === undefined) {
    throw new UserError("no database host is in reach; nothing was done", "look at ./holdfast status");
  }
  const lock = await cluster
    .session(member.name)
    .converse(`flock --nonblock ${LOCK} sh -c 'echo mine; exec cat'`);
  if ((await lock.next(10)) !== "mine") {
    throw new UserError(
      "another operation is under way on this cluster; nothing was done",
      "wait until it has ended, then run the command again",
    );
  }
  try {
    return await work();
  } finally {
    lock.end();
  }
}
