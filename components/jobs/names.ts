import { AGENT_FOLDER } from "../paths.ts";

/** Called by systemd before and after each run of a job. */
export const JOB_PROGRAM = `${AGENT_FOLDER}/job.py`;

/** Whom it tells. */
export const NOTIFY = "/etc/holdfast/notify.json";

/** Where it remembers each job: NAME.json. */
export const JOB_STATES = "/var/lib/holdfast/jobs";
