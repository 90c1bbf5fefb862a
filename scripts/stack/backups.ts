import { BACKUP_METRICS, BUCKET_METRICS } from "../../components/barman/names.ts";
import type { Stack } from "./outputs.ts";
import { runOnHost } from "./ssh.ts";

/** What the operations host says of the backups; times are seconds since 1970. */
export interface BackupFacts {
  /** When the last base backup had come into the bucket. */
  readonly lastBackup: number;
  /** When the last WAL file had. */
  readonly lastUpload: number;
  /** WAL files that are not there yet. */
  readonly waiting: number;
}

/** Undefined where the host does not answer, or knows of no backup. */
export async function backupFacts(stack: Stack): Promise<BackupFacts | undefined> {
  const host = stack.hosts.find(({ role }) => role === "operations");
  if (host === undefined) return undefined;
  const { code, stdout } = await runOnHost(stack, host, `cat ${BACKUP_METRICS} ${BUCKET_METRICS}`);
  return code === 0 ? parseBackupFacts(stdout) : undefined;
}

/** From metrics in Prometheus' text form: pure. */
export function parseBackupFacts(text: string): BackupFacts | undefined {
  const values = new Map(
    text.split("\n").map((line) => {
      const [name = "", value = ""] = line.split(" ");
      return [name, Number(value)] as const;
    }),
  );
  const lastBackup = values.get("holdfast_backup_last_success_timestamp_seconds");
  const lastUpload = values.get("holdfast_bucket_last_upload_timestamp_seconds");
  const waiting = values.get("holdfast_bucket_queue_files");
  return lastBackup === undefined || lastUpload === undefined || waiting === undefined
    ? undefined
    : { lastBackup, lastUpload, waiting };
}
