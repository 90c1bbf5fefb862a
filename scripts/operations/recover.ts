import { z } from "zod";
import { etcdctlOptions } from "../../components/etcd/render.ts";
import { AGENT_PATH } from "../../components/paths.ts";
import { dataDirectory, NAMESPACE } from "../../components/patroni/render.ts";
import { quote } from "../../components/remote/shell.ts";
import { type Report, UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";
import { leaderOf } from "./view.ts";
import { poll, wholeAgain } from "./wait.ts";

const COPY_SECONDS = 24 * 3600;
const STOP_SECONDS = 180;
const LEAD_SECONDS = 300;

export interface Recovery {
  /** Who leads with the recovered data. */
  readonly leader: string;
  /** Where the data of before is on that host. */
  readonly kept: string;
}

/** What a recovery needs to know of the cluster and of the restore whose data it takes. */
export interface RecoveryOrder {
  readonly cluster: string;
  readonly version: number;
  /** The restore, by its name on the operations host. */
  readonly restore: string;
  /** The operations host's name in the cluster's domain. */
  readonly operations: string;
}

/** The one that leads, or, where nobody does, the first; all must be in reach, since each one's data is replaced. */
export async function leaderToBe(cluster: RunningCluster): Promise<string> {
  const members = cluster.members.map(({ name }) => name);
  const away = members.filter((name) => cluster.unreachable.has(name) || cluster.inMaintenance.has(name));
  if (away.length > 0) {
    throw new UserError(
      `${away.join(", ")} cannot be reached or is in maintenance, and would come back with the data of before; nothing was done`,
      "bring it back first: ./holdfast status",
    );
  }
  const view = await cluster.view().catch(() => undefined);
  const name = (view && leaderOf(view)?.name) ?? members[0];
  if (name === undefined)
    throw new UserError("the cluster has no member", "run the update again: ./holdfast up");
  return name;
}

/**
 * Replaces the cluster's data by what was restored. The copy comes to the leader-to-be while the cluster still runs; only
 * then all members stop. What it had stays beside it. When it does not come to lead with the new data, it goes back
 * to the data of before, as do the others, whose data is deleted only after that.
 */
export async function recoverInPlace(
  cluster: RunningCluster,
  leader: string,
  order: RecoveryOrder,
  report: Report,
): Promise<Recovery> {
  const data = dataDirectory(order.version);
  const kept = `${data}.before-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}`;
  report(`${leader} copies the restored data, beside its own`);
  await run(
    cluster,
    leader,
    `rm -rf ${data}.restored && install -d -o postgres -g postgres -m 0700 ${data}.restored && cd /
     runuser -u postgres -- ssh -T barman@${order.operations} ${quote(`send-restored ${order.restore}`)} |
       runuser -u postgres -- tar --extract --directory ${data}.restored
     test -s ${data}.restored/PG_VERSION
     sync --file-system ${data}.restored/PG_VERSION`,
    COPY_SECONDS,
    "the restored data did not come whole; nothing was changed",
  );
  const others = cluster.members.map(({ name }) => name).filter((name) => name !== leader);
  report("all members stop; from here on nobody reads or writes");
  // The leader last: a standby would take over else.
  await Promise.all(others.map((name) => stop(cluster, name)));
  await stop(cluster, leader);
  await run(
    cluster,
    leader,
    `mv ${data} ${kept} && mv ${data}.restored ${data}`,
    60,
    "the data was not exchanged",
  );
  if (!(await leadsAlone(cluster, leader, order, report))) {
    const why = await cluster.lastLines(leader, "patroni");
    await goBack(cluster, leader, others, order, { data, kept }, report);
    throw new UserError(
      `${leader} did not come to lead with the restored data, and the cluster has its data of before again:\n${why}`,
      `look at what was restored: ./holdfast ssh ${leader} -- sudo ls ${data}.failed`,
    );
  }
  report(`${leader} leads with the restored data; ${others.join(" and ")} copy it`);
  await Promise.all(
    others.map((name) =>
      run(cluster, name, `rm -rf ${data} && systemctl start patroni`, 600, `${name} did not begin to copy`),
    ),
  );
  await wholeAgain(cluster, COPY_SECONDS, "the recovery", report);
  return { leader, kept };
}

/** Starts one member with nobody else there, and without the cluster's memory of who led and how far: it wrote further. */
async function leadsAlone(
  cluster: RunningCluster,
  leader: string,
  order: RecoveryOrder,
  report: Report,
): Promise<boolean> {
  const keys = ["leader", "status", "optime/leader", "sync", "failsafe", "history", "failover"];
  const etcdctl = `ETCDCTL_API=3 etcdctl ${etcdctlOptions(["127.0.0.1"])}`;
  await run(
    cluster,
    leader,
    `for key in ${keys.join(" ")}; do ${etcdctl} del ${NAMESPACE}${order.cluster}/$key >/dev/null; done
     ${etcdctl} del --prefix ${NAMESPACE}${order.cluster}/members/ >/dev/null
     systemctl start patroni`,
    60,
    `Patroni on ${leader} did not start`,
  );
  report(`${leader} starts`);
  const leads = await poll(LEAD_SECONDS, async () => {
    const view = await cluster.view([leader]).catch(() => undefined);
    return view !== undefined && leaderOf(view)?.name === leader ? true : undefined;
  });
  if (leads === undefined) return false;
  // What the recovered moment does not know: roles and passwords that are newer.
  await run(cluster, leader, `${AGENT_PATH} activate roles`, 300, "the roles of now were not made");
  return true;
}

async function goBack(
  cluster: RunningCluster,
  leader: string,
  others: readonly string[],
  order: RecoveryOrder,
  { data, kept }: { readonly data: string; readonly kept: string },
  report: Report,
): Promise<void> {
  report(`${leader} goes back to its data of before`);
  await stop(cluster, leader);
  await run(
    cluster,
    leader,
    `rm -rf ${data}.failed && mv ${data} ${data}.failed && mv ${kept} ${data}`,
    60,
    "the data of before was not put back",
  );
  await leadsAlone(cluster, leader, order, report);
  await Promise.all(
    others.map((name) => run(cluster, name, "systemctl start patroni", 120, `${name} did not start`)),
  );
  await wholeAgain(cluster, LEAD_SECONDS, "going back", report);
}

const stop = (cluster: RunningCluster, name: string): Promise<void> =>
  run(cluster, name, "systemctl stop patroni", STOP_SECONDS, `PostgreSQL on ${name} did not stop`);

async function run(
  cluster: RunningCluster,
  name: string,
  script: string,
  seconds: number,
  cause: string,
): Promise<void> {
  const { code, stderr } = await cluster.session(name).run(`set -euo pipefail\n${script}`, seconds);
  if (code === 0) return;
  throw new UserError(
    `${cause}: ${stderr.trim().split("\n").at(-1) ?? ""}`,
    `look at ${name}: ./holdfast logs ${name} patroni; the members that were stopped start again by: ./holdfast ssh HOST -- sudo systemctl start patroni`,
  );
}

/** The folders of before that members still have. */
export async function keptData(
  cluster: RunningCluster,
  version: number,
): Promise<ReadonlyMap<string, string[]>> {
  const found = await Promise.all(
    cluster.members.map(async ({ name }) => {
      const { stdout } = await cluster
        .session(name)
        .run(`ls -d ${dataDirectory(version)}.before-* ${dataDirectory(version)}.failed 2>/dev/null`);
      return [name, z.array(z.string()).parse(stdout.split("\n").filter(Boolean))] as const;
    }),
  );
  return new Map(found.filter(([, folders]) => folders.length > 0));
}

export async function deleteKept(
  cluster: RunningCluster,
  kept: ReadonlyMap<string, string[]>,
): Promise<void> {
  for (const [name, folders] of kept) {
    await run(
      cluster,
      name,
      `rm -rf ${folders.map(quote).join(" ")}`,
      3600,
      "the data of before was not deleted",
    );
  }
}
