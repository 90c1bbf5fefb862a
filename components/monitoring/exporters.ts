import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import type { MonitoringPlan } from "./facts.ts";
import { exporterFiles } from "./files.ts";

export interface ExportersArgs {
  readonly plan: MonitoringPlan;
  readonly hosts: readonly Host[];
  /** What has to be there that is told of. */
  readonly after: (host: Host) => readonly pulumi.Resource[];
}

/** What every host tells of itself, and of the daemons on it. */
export class Exporters extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: ExportersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:monitoring:Exporters", name, {}, opts);
    this.steps = args.hosts.map((host) =>
      installComponent({
        host,
        component: "exporters",
        files: exporterFiles(args.plan, host),
        after: args.after(host),
        parent: this,
        timeoutSeconds: 180,
      }),
    );
    this.registerOutputs();
  }
}
