import * as pulumi from "@pulumi/pulumi";
import type { Topology } from "../model.ts";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { jobsFiles, notifyFile } from "./files.ts";
import type { NotificationsConfig } from "./schema.ts";

export interface JobsArgs {
  readonly plan: { readonly topology: Topology; readonly notifications: NotificationsConfig };
  readonly host: Host;
  readonly after: readonly pulumi.Resource[];
}

/** What scheduled jobs of a host have in common: their record, their metrics, and who is told of them. */
export class Jobs extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: JobsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:Jobs", name, {}, opts);
    const { plan, host } = args;
    this.steps = [
      installComponent({
        host,
        component: "jobs",
        files: jobsFiles(),
        secretFiles: pulumi.secret(notifyFile(plan.notifications, plan.topology, host)),
        after: args.after,
        parent: this,
        timeoutSeconds: 60,
      }),
    ];
    this.registerOutputs();
  }
}
