import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { type PgbouncerPlan, pgbouncerFiles } from "./files.ts";

export interface PgbouncerArgs {
  readonly plan: PgbouncerPlan;
  readonly proxies: readonly Host[];
  readonly after: (host: Host) => pulumi.Resource[];
}

/** Two PgBouncers on every proxy, in front of the HAProxy beside them, so that a pause can span a change of leader. */
export class Pgbouncer extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: PgbouncerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:pgbouncer:Pgbouncer", name, {}, opts);
    const steps: pulumi.Resource[] = [];
    for (const host of args.proxies) {
      // One after the other: whatever a change does to one proxy, its clients find the other one as it was.
      steps.push(
        installComponent({
          host,
          component: "pgbouncer",
          files: pgbouncerFiles(args.plan),
          after: [...args.after(host), ...steps.slice(-1)],
          parent: this,
          timeoutSeconds: 60,
        }),
      );
    }
    this.steps = steps;
    this.registerOutputs();
  }
}
