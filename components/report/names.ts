import { BARMAN } from "../barman/names.ts";
import { AGENT_FOLDER } from "../paths.ts";

/** Runs the program of reports, as the user and with the access of the backups: REPORT VERB ... */
export const REPORT = `${AGENT_FOLDER}/report-as-barman`;

/** The job that writes the report of a month, and the one that notes every hour what it will need. */
export const BACKUP_REPORT = "backup-report";
export const RECOVERY_WINDOW = "recovery-window";

/** Where reports are: YYYY-MM.md, YYYY-MM.html, and the plots that the first of these names. */
export const REPORTS = `${BARMAN.home}/reports`;
