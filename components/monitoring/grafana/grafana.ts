import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Host } from "../../remote/host.ts";
import { installComponent } from "../../remote/steps.ts";
import type { MonitoringPlan } from "../facts.ts";
import { dashboardsOf } from "./draw.ts";
import { grafanaFiles, grafanaSecrets } from "./files.ts";

export interface GrafanaArgs {
  readonly plan: MonitoringPlan;
  readonly host: Host;
  /** Of who asks Prometheus. */
  readonly prometheusPassword: pulumi.Output<string>;
  readonly after: readonly pulumi.Resource[];
}

/** Grafana, which shows what Prometheus knows. A step of its own, so that what it lacks keeps nobody from being told. */
export class Grafana extends pulumi.ComponentResource {
  /** Of who looks at it. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:monitoring:Grafana", name, {}, opts);
    const { plan, host, prometheusPassword } = args;
    const made = (secret: string) =>
      pulumi.secret(
        new random.RandomPassword(secret, { length: 32, special: false }, { parent: this }).result,
      );
    this.password = made("grafana-admin-password");
    const secrets = pulumi
      .all([this.password, made("grafana-secret-key"), prometheusPassword])
      .apply(([admin, secretKey, prometheus]) => grafanaSecrets({ admin, secretKey, prometheus }));
    installComponent({
      host,
      component: "grafana",
      files: dashboardsOf(plan).then((dashboards) => grafanaFiles(plan, dashboards)),
      secretFiles: pulumi.secret(secrets),
      after: args.after,
      parent: this,
      // The package is large, and its first start makes a database.
      timeoutSeconds: 900,
    });
    this.registerOutputs({ password: this.password });
  }
}
