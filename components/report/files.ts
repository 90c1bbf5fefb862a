import { readFileSync } from "node:fs";
import type { BarmanPlan } from "../barman/files.ts";
import { BARMAN, BARMAN_JOB } from "../barman/names.ts";
import { JOB_STATES } from "../jobs/names.ts";
import { scheduled } from "../jobs/schedule.ts";
import type { OsConfig } from "../os/schema.ts";
import { AGENT_FOLDER, METRICS_FOLDER, scriptPath } from "../paths.ts";
import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { asBarman } from "../restore/files.ts";
import { BACKUP_REPORT, RECOVERY_WINDOW, REPORT, REPORTS } from "./names.ts";
import { reportCalendar } from "./render.ts";

export interface ReportPlan extends BarmanPlan {
  readonly os: Pick<OsConfig, "timeZone">;
}

const MODULES = [
  ...["__main__", "charts", "facts", "figures", "files", "history", "metrics"],
  ...["month", "place", "report", "sections", "summary", "told"],
];
const source = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const PROGRAM = MODULES.map((name) => [`${name}.py`, source(`./program/${name}.py`)] as const);
const ACTIVATE = source("./activate.sh");

const PROGRAM_FOLDER = `${AGENT_FOLDER}/report`;

/** Every file of reports on the operations host: pure. */
export function reportFiles({ topology, backups, os }: ReportPlan): readonly ManagedFile[] {
  const told = {
    zone: os.timeZone,
    days: backups.recoveryWindowDays,
    folder: REPORTS,
    jobs: JOB_STATES,
    metrics: METRICS_FOLDER,
  };
  return [
    file("/etc/holdfast/report.json", `${JSON.stringify(told, null, 2)}\n`),
    ...PROGRAM.map(([name, text]) => file(`${PROGRAM_FOLDER}/${name}`, text)),
    asBarman(REPORT, PROGRAM_FOLDER),
    ...scheduled(RECOVERY_WINDOW, {
      ...BARMAN_JOB,
      description: `Which moments of ${topology.cluster} can be recovered`,
      command: `${REPORT} note`,
      timeout: "20min",
      calendar: "*-*-* *:45:00",
      retries: { times: 2, pauseSeconds: 300 },
    }),
    ...scheduled(BACKUP_REPORT, {
      ...BARMAN_JOB,
      description: `Report of the backups of ${topology.cluster}`,
      command: `${REPORT} write`,
      timeout: "20min",
      calendar: reportCalendar(backups.report),
      retries: { times: 2, pauseSeconds: 600 },
    }),
    file(
      scriptPath("report"),
      withVariables(
        { report: REPORT, monthly: BACKUP_REPORT, hourly: RECOVERY_WINDOW, mount: BARMAN.mount },
        ACTIVATE,
      ),
    ),
  ];
}
