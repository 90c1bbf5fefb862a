import { BARMAN } from "../barman/names.ts";
import { AGENT_FOLDER, DATA_ROOT, METRICS_FOLDER } from "../paths.ts";

/** Where restored servers are on the operations host, each in a folder of its own; gone after a boot. */
export const SCRATCH = `${DATA_ROOT}/restore`;

/** The name of the restore whose data is for the cluster itself; of these there is one at a time. Its folder. */
export const RECOVERY_NAME = "cluster";
export const RECOVERY = `${SCRATCH}/${RECOVERY_NAME}`;

/** Runs the program of restores, as the user and with the access of the backups: RESTORE VERB ... */
export const RESTORE = `${AGENT_FOLDER}/restore-as-barman`;

/** The folder of that program, whose modules others may import. */
export const RESTORE_PROGRAM = `${AGENT_FOLDER}/restore`;

/** The unit that restores by SCRATCH/NAME.order, and keeps the server open until it is stopped. */
export const restoreUnit = (name: string): string => `holdfast-restore@${name}.service`;

/** The job that restores the newest backup and looks at it, and what each of these and of other restores has shown. */
export const RESTORE_TEST = "restore-test";
export const RESTORE_RESULTS = `${BARMAN.home}/restores.jsonl`;

/** The job that marks what of the bucket is no longer needed, and what it found the last time. */
export const BUCKET_EXPIRY = "bucket-expiry";
export const BUCKET_EXPIRY_METRICS = `${METRICS_FOLDER}/bucket-expiry.prom`;

export const RESTORE_TEST_METRICS = `${METRICS_FOLDER}/restore-test.prom`;
