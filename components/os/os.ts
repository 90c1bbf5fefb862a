import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { Topology } from "../model.ts";
import type { PostgresConfig } from "../postgres/schema.ts";
import type { Host } from "../remote/host.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { installAgent, installComponent, scriptPath } from "../remote/steps.ts";
import { renderFirewall } from "./firewall.ts";
import { packagesFor } from "./packages.ts";
import {
  JOURNALD_DROP_IN,
  kernelSettings,
  renderHosts,
  renderSysctl,
  SSHD_DROP_IN,
  UNATTENDED_UPGRADES,
} from "./render.ts";
import type { OsConfig } from "./schema.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

export interface OperatingSystemArgs {
  readonly hosts: readonly Host[];
  readonly topology: Topology;
  readonly os: OsConfig;
  readonly postgres: Pick<PostgresConfig, "version" | "source">;
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
        files: osFiles(host, args),
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

/** Every file that this component owns on a host: pure. */
export function osFiles(host: Host, args: Omit<OperatingSystemArgs, "hosts">): readonly ManagedFile[] {
  const file = (path: string, content: string): ManagedFile => ({
    path,
    owner: "root:root",
    mode: "0644",
    content,
  });
  const { version, source } = args.postgres;
  const script = withVariables(
    {
      packages: packagesFor(host.role, args.postgres).join(" "),
      time_zone: args.os.timeZone,
      // Debian 13 ships 17; 15 is Debian 12's.
      suite: host.role === "database" && source === "debian" && version === 15 ? "bookworm" : "",
      pgdg: source === "pgdg" ? "yes" : "no",
      container: host.container ? "yes" : "no",
    },
    ACTIVATE,
  );
  return [
    file("/etc/hosts", renderHosts(args.topology, host)),
    { ...file("/etc/nftables.conf", renderFirewall(args.topology, host.role)), mode: "0755" },
    file("/etc/sysctl.d/60-holdfast.conf", renderSysctl(kernelSettings(host.role))),
    file("/etc/ssh/sshd_config.d/60-holdfast.conf", SSHD_DROP_IN),
    file("/etc/systemd/journald.conf.d/60-holdfast.conf", JOURNALD_DROP_IN),
    file("/etc/apt/apt.conf.d/60-holdfast", UNATTENDED_UPGRADES),
    file(scriptPath("os"), script),
  ];
}
