import { readFileSync } from "node:fs";
import type { HostPlan, Topology } from "../model.ts";
import { DATA_ROOT, scriptPath } from "../paths.ts";
import type { Database, PostgresConfig } from "../postgres/schema.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { renderFirewall } from "./firewall.ts";
import { packagesFor } from "./packages.ts";
import {
  JOURNALD_DROP_IN,
  kernelSettings,
  renderHosts,
  renderSysctl,
  SSHD_DROP_IN,
  SSHD_PATH,
  UNATTENDED_UPGRADES,
} from "./render.ts";
import type { OsConfig } from "./schema.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

export interface OsPlan {
  readonly topology: Topology;
  readonly os: OsConfig;
  readonly postgres: Pick<PostgresConfig, "version" | "source">;
  readonly databases: readonly Pick<Database, "locale">[];
}

/** Every file that this component owns on a host: pure. */
export function osFiles(plan: OsPlan, host: HostPlan, container: boolean): readonly ManagedFile[] {
  const file = (path: string, content: string): ManagedFile => ({
    path,
    owner: "root:root",
    mode: "0644",
    content,
  });
  const { version, source } = plan.postgres;
  const script = withVariables(
    {
      role: host.role,
      packages: packagesFor(host.role, plan.postgres, container).join(" "),
      time_zone: plan.os.timeZone,
      // Debian 13 ships 17; 15 is Debian 12's, for the server and for its client alike.
      suite: source === "debian" && version === 15 ? "bookworm" : "",
      pgdg: source === "pgdg" ? "yes" : "no",
      container: container ? "yes" : "no",
      grafana: host.role === "operations" && plan.topology.grafana ? "yes" : "no",
      data_root: DATA_ROOT,
      // A container has its volume from the machine below, and proxies have none.
      data_gib: container || host.role === "proxy" ? "" : String(host.diskGiB),
      locales: host.role === "database" ? localesToGenerate(plan.databases).join(" ") : "",
    },
    ACTIVATE,
  );
  return [
    file("/etc/hosts", renderHosts(plan.topology, host)),
    { ...file("/etc/nftables.conf", renderFirewall(plan.topology, host.role)), mode: "0755" },
    file("/etc/sysctl.d/60-holdfast.conf", renderSysctl(kernelSettings(host.role))),
    file(SSHD_PATH, SSHD_DROP_IN),
    file("/etc/systemd/journald.conf.d/60-holdfast.conf", JOURNALD_DROP_IN),
    file("/etc/apt/apt.conf.d/60-holdfast", UNATTENDED_UPGRADES),
    file(scriptPath("os"), script),
  ];
}

/** The C locales are part of the system's library. */
function localesToGenerate(databases: OsPlan["databases"]): readonly string[] {
  const names = databases.map((database) => database.locale).filter((name) => !/^(C|POSIX)(\.|$)/.test(name));
  return [...new Set(names)].sort();
}
