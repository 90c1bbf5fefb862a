import * as pulumi from "@pulumi/pulumi";
import type { BarmanPlan } from "../barman/files.ts";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { restoreFiles } from "./files.ts";

export interface RestoreArgs {
  readonly plan: BarmanPlan;
  /** The one with the backups. */
  readonly host: Host;
  readonly after: readonly pulumi.Resource[];
}

/** What restores backups on the operations host, and tests on a schedule that they can be restored. */
export class Restore extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: RestoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:restore:Restore", name, {}, opts);
    this.steps = [
      installComponent({
        host: args.host,
        component: "restore",
        files: restoreFiles(args.plan),
        after: args.after,
        parent: this,
        timeoutSeconds: 120,
      }),
    ];
    this.registerOutputs();
  }
}
