import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { type HaproxyPlan, haproxyFiles } from "./files.ts";

export interface HaproxyArgs {
  readonly plan: HaproxyPlan;
  readonly members: readonly Host[];
  readonly proxies: readonly Host[];
  readonly after: (host: Host) => pulumi.Resource[];
}

/** HAProxy on every proxy: the ports that follow the roles of the members. */
export class Haproxy extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: HaproxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:haproxy:Haproxy", name, {}, opts);
    const steps: pulumi.Resource[] = [];
    for (const host of args.proxies) {
      // One after the other: whatever a change does to one proxy, its clients find the other one as it was.
      steps.push(
        installComponent({
          host,
          component: "haproxy",
          files: haproxyFiles(args.plan, host, args.members),
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
