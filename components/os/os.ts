import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import { installAgent, installComponent } from "../remote/steps.ts";
import { type OsPlan, osFiles } from "./files.ts";

export interface OperatingSystemArgs {
  readonly plan: OsPlan;
  readonly hosts: readonly Host[];
}

/** Packages, accounts, names, firewall, kernel settings: what every host has before any daemon of ours. */
export class OperatingSystem extends pulumi.ComponentResource {
  readonly #ready = new Map<string, pulumi.Resource>();

  constructor(name: string, args: OperatingSystemArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:os:OperatingSystem", name, {}, opts);
    for (const host of args.hosts) {
      const agent = installAgent(host, this);
      const step = installComponent({
        host,
        component: "os",
        files: osFiles(args.plan, host, host.container),
        after: [agent],
        parent: this,
        // A plain host installs every package here.
        timeoutSeconds: 900,
      });
      this.#ready.set(host.name, step);
    }
    this.registerOutputs();
  }

  /** What a later step on this host has to wait for. */
  ready(host: Host): pulumi.Resource[] {
    const step = this.#ready.get(host.name);
    return step ? [step] : [];
  }
}
