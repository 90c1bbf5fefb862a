import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { type ReportPlan, reportFiles } from "./files.ts";

export interface ReportArgs {
  readonly plan: ReportPlan;
  /** The one with the backups. */
  readonly host: Host;
  /** Restores, whose modules it reads the backups with. */
  readonly after: readonly pulumi.Resource[];
}

/** What tells how far back the cluster can be recovered: metrics every hour, and a report every month. */
export class Report extends pulumi.ComponentResource {
  constructor(name: string, args: ReportArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:report:Report", name, {}, opts);
    installComponent({
      host: args.host,
      component: "report",
      files: reportFiles(args.plan),
      after: args.after,
      parent: this,
      timeoutSeconds: 120,
    });
    this.registerOutputs();
  }
}
