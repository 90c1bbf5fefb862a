import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { AccessRule, Database } from "../postgres/schema.ts";
import type { Host } from "../remote/host.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { installComponent, scriptPath } from "../remote/steps.ts";
import { POOLERS, type PoolSettings, renderPgbouncer, renderPgbouncerHba, UNIT, USERLIST } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

export interface PgbouncerPlan {
  readonly domain: string;
  readonly databases: readonly Database[];
  readonly roles: readonly string[];
  readonly access: readonly AccessRule[];
  readonly pools: PoolSettings;
}

export interface PgbouncerArgs extends PgbouncerPlan {
  readonly proxies: readonly Host[];
  readonly after: (host: Host) => pulumi.Resource[];
}

/** Two PgBouncers on every proxy, in front of the HAProxy beside them, so that a pause can span a change of leader. */
export class Pgbouncer extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: PgbouncerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:pgbouncer:Pgbouncer", name, {}, opts);
    this.steps = args.proxies.map((host) =>
      installComponent({
        host,
        component: "pgbouncer",
        files: pgbouncerFiles(args),
        after: args.after(host),
        parent: this,
        timeoutSeconds: 60,
      }),
    );
    this.registerOutputs();
  }
}

/** Every file that this component owns on a host: pure. */
export function pgbouncerFiles(plan: PgbouncerPlan): readonly ManagedFile[] {
  const file = (path: string, content: string): ManagedFile => ({
    path,
    owner: "root:postgres",
    mode: "0640",
    content,
  });
  const { domain, databases, pools } = plan;
  const everybody = { databases: databases.map((database) => database.name), roles: plan.roles };
  return [
    ...POOLERS.map((pooler) =>
      file(`/etc/pgbouncer/${pooler.instance}.ini`, renderPgbouncer({ pooler, domain, databases, pools })),
    ),
    file("/etc/pgbouncer/hba.conf", renderPgbouncerHba(plan.access, everybody)),
    file("/etc/pgbouncer/userlist.txt", USERLIST),
    { path: "/etc/systemd/system/pgbouncer@.service", owner: "root:root", mode: "0644", content: UNIT },
    { path: scriptPath("pgbouncer"), owner: "root:root", mode: "0644", content: withVariables({}, ACTIVATE) },
  ];
}
