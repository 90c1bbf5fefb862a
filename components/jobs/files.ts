import { readFileSync } from "node:fs";
import type { HostPlan, Topology } from "../model.ts";
import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";
import { JOB_PROGRAM, NOTIFY } from "./names.ts";
import { eventsUrl, type NotificationsConfig } from "./schema.ts";

const PROGRAM = readFileSync(new URL("./job.py", import.meta.url), "utf8");

const BOOT_UNIT = "holdfast-jobs.service";

/** What every scheduled job of a host has beside it: pure. */
export const jobsFiles = (): readonly ManagedFile[] => [
  file(JOB_PROGRAM, PROGRAM),
  file(`/etc/systemd/system/${BOOT_UNIT}`, renderBoot()),
  // It belongs to boots alone: an update has no business with it.
  file(
    "/etc/systemd/system/multi-user.target.d/holdfast-jobs.conf",
    `# Managed by Holdfast.\n[Unit]\nWants=${BOOT_UNIT}\n`,
  ),
];

/** After a boot: systemd saw the end of no run that was under way before it. */
const renderBoot = (): string => `# Managed by Holdfast.
[Unit]
Description=Scheduled jobs that the last boot cut off
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 -B ${JOB_PROGRAM} boot
`;

/** Whom jobs tell, with the secrets by which they may: pure. */
export const notifyFile = (
  { slack, pagerduty, onSuccess }: NotificationsConfig,
  topology: Pick<Topology, "cluster">,
  host: Pick<HostPlan, "name">,
): readonly ManagedFile[] => [
  file(
    NOTIFY,
    `${JSON.stringify(
      {
        cluster: topology.cluster,
        host: host.name,
        onSuccess,
        ...(slack && { slack: { url: slack.webhook } }),
        ...(pagerduty && {
          pagerduty: { url: eventsUrl(pagerduty), routingKey: pagerduty.routingKey },
        }),
      },
      null,
      2,
    )}\n`,
    "root:root",
    "0600",
  ),
];
