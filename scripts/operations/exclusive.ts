import { UserError } from "../report.ts";
import type { Conversation } from "../stack/ssh.ts";
import type { RunningCluster } from "./cluster.ts";

/** In memory, so that no host that was rebooted keeps it. */
const LOCK = "/run/holdfast-operation";

/**
 * Works while nobody else operates on the cluster: two rolling restarts at once would take two members away. The lock
 * is a program on each member in reach, since any of them may go while the work does, and ends with the connection.
 */
export async function exclusively<T>(cluster: RunningCluster, work: () => Promise<T>): Promise<T> {
  const members = cluster.members.filter((each) => cluster.reaches(each));
  if (members.length === 0) {
    throw new UserError("no database host is in reach; nothing was done", "look at ./holdfast status");
  }
  const locks: Conversation[] = [];
  try {
    // One after the other: of two operations that begin at the same time, one gets the first.
    for (const { name } of members) {
      const lock = await cluster
        .session(name)
        .converse(`flock --nonblock ${LOCK} sh -c 'echo mine; exec cat'`);
      locks.push(lock);
      if ((await lock.next(10)) !== "mine") {
        throw new UserError(
          "another operation is under way on this cluster; nothing was done",
          "wait until it has ended, then run the command again",
        );
      }
    }
    return await work();
  } finally {
    for (const lock of locks) lock.end();
  }
}
