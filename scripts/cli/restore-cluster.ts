import { BARMAN } from "../../components/barman/names.ts";
import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { deleteKept, keptData, leaderToBe, recoverInPlace } from "../operations/recover.ts";
import { report, UserError } from "../report.ts";
import { readStack } from "../stack/outputs.ts";
import { type RestoreOrder, Restores } from "../stack/restores.ts";
import { agreed, agreedByName, type Consent } from "./consent.ts";
import type { RunOptions } from "./restore-options.ts";
import { renderPlan, renderReached } from "./restore-text.ts";
import { untilDone } from "./restore-wait.ts";

/** The name on the operations host of a restore that is for the cluster: of these there is one at a time. */
const NAME = "cluster";
const BACKUP_SECONDS = 24 * 3600;

/** Recovers the whole cluster to a moment: restored and checked beside it first, then exchanged for its data. */
export async function recoverCluster(options: RunOptions, order: RestoreOrder): Promise<void> {
  if (options.table !== undefined) {
    throw new UserError("--table and --into cluster exclude each other", "leave one of them out");
  }
  const stack = await readStack(options.stack);
  await Restores.with(stack, async (restores) => {
    const plan = await restores.plan(order);
    for (const line of renderPlan(plan, new Date()).trimEnd().split("\n")) report(line);
    await RunningCluster.with(stack, async (cluster) => {
      const leader = await leaderToBe(cluster);
      await agreedByName(
        options.confirm,
        stack.clusterName,
        `the data of the cluster "${stack.clusterName}" is REPLACED on all members, who do not answer meanwhile; what ${leader} has stays there, beside it`,
      );
      await restores.start(NAME, { ...order, backup: plan.backup, handOver: true });
      try {
        const done = await untilDone(restores, NAME);
        report(renderReached(done).trimEnd());
        await restores.handOver(NAME, true);
        const recovered = await exclusively(cluster, async () => {
          const found = await recoverInPlace(
            cluster,
            leader,
            {
              cluster: stack.clusterName,
              version: stack.postgresVersion,
              restore: NAME,
              operations: `${restores.host.name}.${stack.domain}`,
            },
            report,
          );
          await backupsGoOn(restores, stack.clusterName);
          return found;
        });
        process.stdout.write(renderReached(done));
        process.stdout.write(
          `the cluster has that data; what it had before is on ${recovered.leader} in ${recovered.kept}\n\nwhen nobody needs that any more:\n\n  ./holdfast restore confirm --stack ${stack.name}\n`,
        );
      } finally {
        await restores.stop(NAME);
      }
    });
  });
}

/**
 * The receiver goes on behind the newest file that it has, which is one of before; so that it begins with what is written
 * now, there must be none. What the unfinished one has is in the data of before as well. Then a backup on the new timeline.
 */
async function backupsGoOn(restores: Restores, cluster: string): Promise<void> {
  report("Barman follows the new timeline, and takes a base backup");
  const streaming = `${BARMAN.home}/${cluster}/streaming`;
  const { code, stderr } = await restores.session.run(
    `set -e
     wait_for() { for _ in $(seq 120); do if "$@"; then return 0; fi; sleep 1; done; echo "not within 2 minutes: $*" >&2; return 1; }
     emptied() { [[ -z $(ls ${streaming}) ]]; }
     well() { cd / && runuser -u ${BARMAN.user} -- barman check ${cluster} >/dev/null 2>&1; }
     systemctl stop barman-receive-wal
     rm -f ${streaming}/*.partial
     wait_for emptied
     systemctl start barman-receive-wal
     wait_for well
     systemctl start barman-backup`,
    BACKUP_SECONDS,
  );
  if (code === 0) return;
  throw new UserError(
    `the cluster is recovered, and no base backup of it succeeded: ${stderr.trim().split("\n").at(-1) ?? ""}`,
    `see why (barman check ${cluster}, on ${restores.host.name}), mend it and take one: ./holdfast ssh ${restores.host.name} -- sudo systemctl start barman-backup`,
  );
}

/** Deletes what members had before a recovery. */
export async function restoreConfirm(options: Consent & { readonly stack: string }): Promise<void> {
  const stack = await readStack(options.stack);
  await RunningCluster.with(stack, async (cluster) => {
    const kept = await keptData(cluster, stack.postgresVersion);
    if (kept.size === 0) {
      process.stdout.write("there is no data from before a recovery\n");
      return;
    }
    const folders = [...kept].flatMap(([name, each]) => each.map((folder) => `${name}:${folder}`)).join(", ");
    await agreed(options, `the data from before the recovery is DELETED: ${folders}`);
    await deleteKept(cluster, kept);
    process.stdout.write(`${folders} is gone\n`);
  });
}
