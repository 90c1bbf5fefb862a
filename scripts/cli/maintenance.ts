import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { beginMaintenance, endMaintenance } from "../operations/maintenance.ts";
import { alertsOf, ofHost, whileQuiet } from "../operations/quiet.ts";
import { report, UserError } from "../report.ts";
import { hostNamed, readStack, type StackHost } from "../stack/outputs.ts";
import { agreed, type Consent } from "./consent.ts";

export interface MaintenanceOptions extends Consent {
  readonly stack: string;
  readonly force?: true;
}

const MEANS: Readonly<Record<StackHost["role"], string>> = {
  database:
    "its PostgreSQL and Patroni stop, after a switchover where it leads; etcd goes on; commits need the others",
  proxy: "its PgBouncer and HAProxy stop; its clients have to connect again, at another proxy",
  operations: "nothing of it stops yet, and updates go on there",
};

/** Takes a host out of service, for a reboot or a repair, or back into it. */
export async function maintenance(name: string, order: string, options: MaintenanceOptions): Promise<void> {
  if (order !== "on" && order !== "off") {
    throw new UserError(`maintenance is "on" or "off", not "${order}"`, `./holdfast maintenance ${name} on`);
  }
  const stack = await readStack(options.stack);
  const host = hostNamed(stack, name);
  await RunningCluster.with(stack, async (cluster) => {
    if (order === "on") {
      await agreed(options, `${name} goes into maintenance: ${MEANS[host.role]}`);
      await exclusively(cluster, () => beginMaintenance(cluster, host, options.force ?? false, report));
      process.stdout.write(
        `${name} is in maintenance, over reboots too, until: ./holdfast maintenance ${name} off\n`,
      );
    } else {
      // The end of maintenance is told before the host serves: a member may have an hour of WAL to catch up.
      await exclusively(cluster, () =>
        whileQuiet(alertsOf(cluster), ofHost(name), `${name} comes back from maintenance`, report, () =>
          endMaintenance(cluster, host, report),
        ),
      );
      process.stdout.write(`${name} is back\n`);
    }
  });
}
