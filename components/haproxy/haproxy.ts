import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../remote/host.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { installComponent, scriptPath } from "../remote/steps.ts";
import { type HaproxyFile, renderHaproxy } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

export interface HaproxyArgs extends Omit<HaproxyFile, "proxy"> {
  readonly proxies: readonly Host[];
  readonly after: (host: Host) => pulumi.Resource[];
}

/** HAProxy on every proxy: the ports that follow the roles of the members. */
export class Haproxy extends pulumi.ComponentResource {
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: HaproxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:haproxy:Haproxy", name, {}, opts);
    const { members, timings, maxConnections } = args;
    this.steps = args.proxies.map((host) =>
      installComponent({
        host,
        component: "haproxy",
        files: haproxyFiles({ proxy: host, members, timings, maxConnections }),
        after: args.after(host),
        parent: this,
        timeoutSeconds: 60,
      }),
    );
    this.registerOutputs();
  }
}

/** Every file that this component owns on a host: pure. */
export function haproxyFiles(file: HaproxyFile): readonly ManagedFile[] {
  return [
    { path: "/etc/haproxy/haproxy.cfg", owner: "root:haproxy", mode: "0640", content: renderHaproxy(file) },
    {
      path: scriptPath("haproxy"),
      owner: "root:root",
      mode: "0644",
      content: withVariables({}, ACTIVATE),
    },
  ];
}
