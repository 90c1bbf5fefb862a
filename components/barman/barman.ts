import * as pulumi from "@pulumi/pulumi";
import { operationsHost } from "../model.ts";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { type BarmanPlan, barmanFiles, barmanSecrets } from "./files.ts";

/** What a store of one's own gives to whoever may write into a bucket of it. */
export interface StoreAccess {
  /** PEM. */
  readonly authority: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface BarmanArgs {
  readonly plan: BarmanPlan;
  readonly hosts: readonly Host[];
  /** Secret; undefined where the host's own role is its access, as on AWS. */
  readonly store: pulumi.Output<StoreAccess> | undefined;
  readonly afterOnHost: (host: Host) => readonly pulumi.Resource[];
  /** The roles in the database, and the proxies over which Barman reaches it. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Barman on the operations host. Its last step takes the first backup, and does not succeed before a WAL file has come all
 * the way into the bucket and back.
 */
export class Barman extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: BarmanArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:barman:Barman", name, {}, opts);
    const { plan, hosts } = args;
    const barman = operationsHost(hosts);
    const installed = installComponent({
      host: barman,
      component: "barman",
      files: barmanFiles(plan),
      secretFiles: pulumi.output(args.store).apply(barmanSecrets),
      after: [...args.after, ...args.afterOnHost(barman)],
      parent: this,
      // The first base backup is part of it.
      timeoutSeconds: 3600,
    });
    this.steps = [installed];
    this.registerOutputs();
  }
}
