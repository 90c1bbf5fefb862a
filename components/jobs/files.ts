import { readFileSync } from "node:fs";
import type { HostPlan, Topology } from "../model.ts";
import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";
import { JOB_PROGRAM, NOTIFY } from "./names.ts";
import type { NotificationsConfig } from "./schema.ts";

const PROGRAM = readFileSync(new URL("./job.py", import.meta.url), "utf8");

const PAGERDUTY = {
  us: "https://events.pagerduty.com/v2/enqueue",
  eu: "https://events.eu.pagerduty.com/v2/enqueue",
} as const;

/** What every scheduled job of a host has beside it: pure. */
export const jobsFiles = (): readonly ManagedFile[] => [file(JOB_PROGRAM, PROGRAM)];

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
          pagerduty: { url: PAGERDUTY[pagerduty.region], routingKey: pagerduty.routingKey },
        }),
      },
      null,
      2,
    )}\n`,
    "root:root",
    "0600",
  ),
];
