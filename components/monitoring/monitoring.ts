import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import type { MonitoringPlan } from "./facts.ts";
import { monitoringFiles, monitoringSecrets } from "./files.ts";

export interface MonitoringArgs {
  readonly plan: MonitoringPlan;
  readonly host: Host;
  readonly after: readonly pulumi.Resource[];
}

/** Prometheus, which asks all hosts how they are, and Alertmanager, which tells people what is wrong. */
export class Monitoring extends pulumi.ComponentResource {
  /** Of who looks at Prometheus with a browser. */
  readonly password: pulumi.Output<string>;
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:monitoring:Monitoring", name, {}, opts);
    const { plan, host } = args;
    this.password = pulumi.secret(
      new random.RandomPassword("monitoring-web-password", { length: 32, special: false }, { parent: this })
        .result,
    );
    const step = installComponent({
      host,
      component: "monitoring",
      files: monitoringFiles(plan),
      secretFiles: pulumi.secret(
        this.password.apply((password) => monitoringSecrets(plan.notifications, password)),
      ),
      after: args.after,
      parent: this,
      timeoutSeconds: 180,
    });
    this.steps = [step];
    this.registerOutputs({ password: this.password });
  }
}
