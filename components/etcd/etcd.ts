import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { HostPlan } from "../model.ts";
import { DATA_ROOT } from "../paths.ts";
import type { Host } from "../remote/host.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { installComponent, scriptPath } from "../remote/steps.ts";
import { etcdctlOptions, renderEtcd, UNIT_DROP_IN } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

export interface EtcdArgs {
  readonly cluster: string;
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
          files: etcdFiles(args.cluster, host, args.members),
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

/** Every file that this component owns on a host: pure. */
export function etcdFiles(
  cluster: string,
  member: HostPlan,
  members: readonly HostPlan[],
): readonly ManagedFile[] {
  return [
    {
      path: "/etc/etcd/etcd.yml",
      owner: "root:etcd",
      mode: "0640",
      content: renderEtcd(cluster, member, members),
    },
    {
      path: "/etc/systemd/system/etcd.service.d/holdfast.conf",
      owner: "root:root",
      mode: "0644",
      content: UNIT_DROP_IN,
    },
    {
      path: scriptPath("etcd"),
      owner: "root:root",
      mode: "0644",
      content: withVariables(
        { data_dir: `${DATA_ROOT}/etcd`, etcdctl: etcdctlOptions(["127.0.0.1"]) },
        ACTIVATE,
      ),
    },
  ];
}
