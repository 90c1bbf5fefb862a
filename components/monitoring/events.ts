import { readFileSync } from "node:fs";
import { type HostPlan, operationsHost } from "../model.ts";
import { AGENT_FOLDER } from "../paths.ts";
import { PORTS } from "../ports.ts";
import { managedFile as file, type ManagedFile, program } from "../remote/managed-file.ts";
import { unitsOf } from "../units.ts";
import type { MonitoringPlan } from "./facts.ts";
import { ASKED_BY, EVENTS, ROLE_CHANGED } from "./names.ts";

const source = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const TELL_PROGRAM = source("./tell-alert.sh");
const ROLE_CHANGED_PROGRAM = source("./role-changed.sh");

const TELL = `${AGENT_FOLDER}/tell-alert`;
/** So long one event is shown as firing; what goes on has an alert of Prometheus' by then. */
const SECONDS = 300;

/** It ends with the primary that it streams from, at each switchover, and WalStreamBroken tells when it does not come back. */
const ENDS_WITH_OTHERS = "barman-receive-wal";

/** By which a host tells of what happens the moment it happens, beside what Prometheus sees at its next look: pure. */
export function eventFiles(
  { topology, monitoring }: Pick<MonitoringPlan, "topology" | "monitoring">,
  host: HostPlan,
): readonly ManagedFile[] {
  return [
    program(
      TELL,
      {
        alertmanager: `${operationsHost(topology.hosts).name}:${PORTS.alertmanager}`,
        instance: host.name,
        role: host.role,
        cluster: topology.cluster,
        seconds: String(SECONDS),
        runbooks: monitoring.runbooks,
        identity: ASKED_BY[host.role],
      },
      TELL_PROGRAM,
    ),
    file("/etc/systemd/system/holdfast-failed@.service", renderFailed(host)),
    ...unitsOf(host.role, topology)
      .filter((unit) => unit !== ENDS_WITH_OTHERS)
      .map((unit) =>
        // Also when it starts again at once, as all of them do.
        file(
          `/etc/systemd/system/${unit}.service.d/holdfast-failed.conf`,
          `# Managed by Holdfast.\n[Unit]\nOnFailure=holdfast-failed@${unit.replace("@", "\\x40")}.service\n`,
        ),
      ),
    ...(host.role === "database"
      ? [
          program(
            ROLE_CHANGED,
            { tell: TELL, host: host.name, alert: EVENTS.leaderChanged },
            ROLE_CHANGED_PROGRAM,
          ),
        ]
      : []),
  ];
}

const renderFailed = (host: HostPlan): string => `# Managed by Holdfast.
[Unit]
Description=Tells that %i has failed

[Service]
Type=oneshot
ExecStart=${TELL} ${EVENTS.unitCrashed} high "%i on ${host.name} has failed" "systemd starts it again; see why: ./holdfast logs ${host.name} %i" %i
`;
