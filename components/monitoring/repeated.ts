import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";

/** A look that repeats: no scheduled job of anybody's, since each one that is missed is followed by the next. */
export function repeated(
  unit: string,
  look: {
    readonly what: string;
    readonly user: string;
    readonly command: string;
    readonly seconds: number;
    readonly calendar: string;
  },
): readonly ManagedFile[] {
  return [
    file(
      `/etc/systemd/system/${unit}.service`,
      `# Managed by Holdfast.\n[Unit]\nDescription=${look.what}\n\n[Service]\nType=oneshot\nUser=${look.user}\nExecStart=${look.command}\nTimeoutStartSec=${look.seconds}\nOOMScoreAdjust=500\n`,
    ),
    file(
      `/etc/systemd/system/${unit}.timer`,
      `# Managed by Holdfast.\n[Unit]\nDescription=${look.what}\n\n[Timer]\nOnCalendar=${look.calendar}\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n`,
    ),
  ];
}
