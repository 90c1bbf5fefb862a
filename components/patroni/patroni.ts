import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { dynamicFiles, type PatroniPlan, patroniFiles } from "./files.ts";

export interface PatroniArgs {
  readonly plan: PatroniPlan;
  readonly members: readonly Host[];
  /** All of etcd: without its majority no member can start. */
  readonly after: readonly pulumi.Resource[];
  readonly afterOnHost: (host: Host) => pulumi.Resource[];
}

/** Patroni on every member, which initialises PostgreSQL, elects the primary and keeps the standbys streaming. */
export class Patroni extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: PatroniArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:patroni:Patroni", name, {}, opts);
    const [first] = args.members;
    if (first === undefined) {
      throw new Error("a cluster needs at least one database host");
    }
    // The dynamic configuration is written before the first start, so that the very first primary has it already.
    const shared = dynamicFiles(args.plan, args.members);
    const dynamic = installComponent({
      host: first,
      component: "patroni-dynamic",
      files: shared,
      after: [...args.afterOnHost(first), ...args.after],
      parent: this,
      timeoutSeconds: 180,
    });
    this.steps = args.members.map((host) =>
      installComponent({
        host,
        component: "patroni",
        files: patroniFiles(args.plan, host, args.members, host.container),
        alsoAfterChangeOf: shared,
        after: [...args.afterOnHost(host), dynamic],
        parent: this,
        timeoutSeconds: 240,
      }),
    );
    this.registerOutputs();
  }
}
