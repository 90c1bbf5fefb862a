import { RunningCluster } from "../operations/cluster.ts";
import { exclusively } from "../operations/exclusive.ts";
import { alertsOf, ofHost, whileQuiet } from "../operations/quiet.ts";
import { reinitialize, sourceFor } from "../operations/reinit.ts";
import { report, UserError } from "../report.ts";
import { hostNamed, readStack } from "../stack/outputs.ts";
import { agreed, type Consent } from "./consent.ts";

export interface ReinitOptions extends Consent {
  readonly stack: string;
  /** Also while another standby is not whole. */
  readonly force?: true;
}

/** Copies a standby's data again from the leader. */
export async function reinit(name: string, options: ReinitOptions): Promise<void> {
  const stack = await readStack(options.stack);
  if (hostNamed(stack, name).role !== "database") {
    throw new UserError(`${name} has no database`, "name a database host, like db-2");
  }
  await RunningCluster.with(stack, async (cluster) => {
    const source = () => sourceFor(cluster, name, options.force ?? false);
    await agreed(options, `the data of ${name} is DELETED and copied again from ${await source()}`);
    const leader = await exclusively(cluster, async () => {
      // Again: the answer may have taken its time.
      const found = await source();
      await whileQuiet(alertsOf(cluster), ofHost(name), `${name} is copied again`, report, () =>
        reinitialize(cluster, name, report),
      );
      return found;
    });
    process.stdout.write(`${name} streams from ${leader}\n`);
  });
}
