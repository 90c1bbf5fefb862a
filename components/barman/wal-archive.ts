import * as pulumi from "@pulumi/pulumi";
import { hostsOf, operationsHost, type Topology } from "../model.ts";
import type { Host } from "../remote/host.ts";
import { generateSshKey, installComponent } from "../remote/steps.ts";
import { archiveFiles, archiveKnownHosts, arrivalFiles, arrivalKeys } from "./archive.ts";
import { ARCHIVE_KEY } from "./names.ts";
import type { BackupsConfig } from "./schema.ts";

export interface WalArchiveArgs {
  readonly plan: { readonly topology: Topology; readonly backups: BackupsConfig };
  readonly hosts: readonly Host[];
  readonly after: (host: Host) => readonly pulumi.Resource[];
}

/**
 * The way of finished WAL files from the database hosts to Barman's. It is there before the first server, which hands
 * over from its first file on: an SSH server shuts out for a while who comes too often with a key that it does not know.
 */
export class WalArchive extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: WalArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:barman:WalArchive", name, {}, opts);
    const { plan, hosts } = args;
    const members = hostsOf(hosts, "database");
    const barman = operationsHost(hosts);
    const keys = members.map((host) =>
      generateSshKey({
        name: `${host.name}-wal-archive-keys`,
        host,
        path: ARCHIVE_KEY,
        owner: "postgres:postgres",
        after: args.after(host),
        parent: this,
        timeoutSeconds: 60,
      }),
    );
    const arrival = installComponent({
      host: barman,
      component: "wal-arrival",
      files: arrivalFiles(plan),
      learnedFiles: pulumi.all(keys.map(({ stdout }) => stdout)).apply(arrivalKeys),
      after: args.after(barman),
      parent: this,
      timeoutSeconds: 60,
    });
    this.steps = members.map((host) =>
      installComponent({
        host,
        component: "wal-archive",
        files: archiveFiles(plan, barman),
        learnedFiles: pulumi.output(barman.hostKey).apply((hostKey) => archiveKnownHosts(barman, hostKey)),
        after: [...args.after(host), arrival],
        parent: this,
        timeoutSeconds: 60,
      }),
    );
    this.registerOutputs();
  }
}
