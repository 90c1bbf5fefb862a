import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { etcdctlOptions } from "../etcd/render.ts";
import type { HostPlan, Topology } from "../model.ts";
import { renderHba } from "../postgres/hba.ts";
import type { Parameters } from "../postgres/sizing.ts";
import type { Host } from "../remote/host.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { installComponent, scriptPath } from "../remote/steps.ts";
import { dynamicConfiguration } from "./dynamic.ts";
import { dataDirectory, POSTGRES_TLS, renderPatroni, UNIT_DROP_IN } from "./render.ts";
import type { Availability } from "./schema.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");
const ACTIVATE_DYNAMIC = readFileSync(new URL("./activate-dynamic.sh", import.meta.url), "utf8");

export interface PatroniPlan {
  readonly topology: Topology;
  readonly availability: Availability;
  readonly version: number;
  /** Parameters that all members share; they live in etcd. */
  readonly clusterParameters: Parameters;
  /** Parameters of one member alone. */
  readonly hostParameters: (host: HostPlan) => Parameters;
}

export interface PatroniArgs extends PatroniPlan {
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
    const dynamic = installComponent({
      host: first,
      component: "patroni-dynamic",
      files: dynamicFiles(args, args.members),
      after: [...args.afterOnHost(first), ...args.after],
      parent: this,
      timeoutSeconds: 180,
    });
    this.steps = args.members.map((host) =>
      installComponent({
        host,
        component: "patroni",
        files: patroniFiles(args, host, args.members, host.container),
        after: [...args.afterOnHost(host), dynamic],
        parent: this,
        timeoutSeconds: 240,
      }),
    );
    this.registerOutputs();
  }
}

const text = (path: string, content: string, owner = "root:root", mode = "0644"): ManagedFile => ({
  path,
  owner,
  mode,
  content,
});

/** The files of the dynamic configuration, on the one member that writes it to etcd: pure. */
export function dynamicFiles(plan: PatroniPlan, members: readonly HostPlan[]): readonly ManagedFile[] {
  const dynamic = dynamicConfiguration(plan.availability, members, plan.clusterParameters);
  const variables = {
    etcdctl: etcdctlOptions(members.map((member) => member.address)),
    key: `/holdfast/${plan.topology.cluster}/config`,
    members: members.map((member) => member.address).join(" "),
    tls: POSTGRES_TLS,
  };
  return [
    text("/etc/patroni/dynamic.json", `${JSON.stringify(dynamic, null, 2)}\n`),
    text(scriptPath("patroni-dynamic"), withVariables(variables, ACTIVATE_DYNAMIC)),
  ];
}

/** Every file that Patroni has on a member: pure. */
export function patroniFiles(
  plan: PatroniPlan,
  member: HostPlan,
  members: readonly HostPlan[],
  container: boolean,
): readonly ManagedFile[] {
  const { version } = plan;
  const config = renderPatroni({
    cluster: plan.topology.cluster,
    member,
    members,
    version,
    hba: renderHba(plan.topology),
    parameters: plan.hostParameters(member),
    watchdog: container ? "off" : "automatic",
  });
  const variables = {
    member: member.name,
    address: member.address,
    data_dir: dataDirectory(version),
    tls: POSTGRES_TLS,
  };
  return [
    text("/etc/patroni/config.yml", config, "root:postgres", "0640"),
    text("/etc/systemd/system/patroni.service.d/holdfast.conf", UNIT_DROP_IN),
    text(scriptPath("patroni"), withVariables(variables, ACTIVATE)),
  ];
}
