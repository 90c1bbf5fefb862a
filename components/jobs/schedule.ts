import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";
import { JOB_PROGRAM } from "./names.ts";

export interface Job {
  readonly description: string;
  readonly command: string;
  readonly user: string;
  /** With the access that it needs. */
  readonly environmentFile: string;
  /** Without it mounted, the job does not run. */
  readonly mount: string;
  /** After its end, however it ended. */
  readonly afterwards?: string;
  /** As systemd.time(7) reads a span, and a calendar. */
  readonly timeout: string;
  readonly calendar: string;
  /** How often a failure is tried again, and how many seconds later; by default never. */
  readonly retries?: { readonly times: number; readonly pauseSeconds: number };
  /** Too often and too small to be noted: nobody is told of it, either. */
  readonly upkeep?: true;
}

/** A scheduled job: a unit, which systemd runs once at a time and ends in time, and the timer that starts it. */
export const scheduled = (name: string, job: Job): readonly ManagedFile[] => [
  file(`/etc/systemd/system/${name}.service`, renderJob(name, job)),
  file(`/etc/systemd/system/${name}.timer`, renderTimer(job.description, job.calendar)),
];

function renderJob(name: string, job: Job): string {
  const { times, pauseSeconds } = job.retries ?? { times: 0, pauseSeconds: 0 };
  // As root, and without a way to make the job fail.
  const note = (rest: string) => `-+/usr/bin/python3 -B ${JOB_PROGRAM} ${rest}`;
  const lines = [
    "Type=oneshot",
    `User=${job.user}`,
    `EnvironmentFile=${job.environmentFile}`,
    ...(job.upkeep ? [] : [`ExecStartPre=${note(`begin ${name} ${times} ${pauseSeconds}`)}`]),
    `ExecStart=${job.command}`,
    ...(job.afterwards === undefined ? [] : [`ExecStopPost=${job.afterwards}`]),
    ...(job.upkeep ? [] : [`ExecStopPost=${note(`end ${name}`)}`]),
    `TimeoutStartSec=${job.timeout}`,
    "# Rather this one than what receives WAL, when memory gets scarce.",
    "OOMScoreAdjust=500",
  ];
  return `# Managed by Holdfast.
[Unit]
Description=${job.description}
After=network-online.target
AssertPathIsMountPoint=${job.mount}

[Service]
${lines.join("\n")}
`;
}

const renderTimer = (description: string, calendar: string): string => `# Managed by Holdfast.
[Unit]
Description=${description}

[Timer]
OnCalendar=${calendar}
# A run that fell into a time when the host was down is made up for.
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
