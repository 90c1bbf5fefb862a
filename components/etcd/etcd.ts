import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { etcdFiles } from "./files.ts";

export interface EtcdArgs {
  readonly cluster: string;
  /** The numbers of the certificate authorities that are trusted. */
  readonly authorities: readonly number[];
  readonly members: readonly Host[];
  readonly after: (host: Host) => pulumi.Resource[];
}

/** The consensus store that holds Patroni's leader lock: one member beside each database. */
export class Etcd extends pulumi.ComponentResource {
  /** One step a member. A quorum exists only after all of them. */
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: EtcdArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:etcd:Etcd", name, {}, opts);
    const steps: pulumi.Resource[] = [];
    for (const host of args.members) {
      // One after another: two members that restart at once would leave Patroni without its leader lock.
      steps.push(
        installComponent({
          host,
          component: "etcd",
          files: etcdFiles({ ...args, member: host }),
          after: [...args.after(host), ...steps.slice(-1)],
          parent: this,
          timeoutSeconds: 120,
        }),
      );
    }
    this.steps = steps;
    this.registerOutputs();
  }
}
