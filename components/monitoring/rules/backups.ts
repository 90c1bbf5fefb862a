import { BARMAN } from "../../barman/names.ts";
import { RESTORE_TEST } from "../../restore/names.ts";
import { HOUR, lines, MINUTE, onPrimary, TWO_SAMPLES } from "./expression.ts";
import { BARMAN_BACKUP, overdue } from "./jobs.ts";
import type { AlertRule, ClusterFacts } from "./rule.ts";
import type { Thresholds } from "./schema.ts";

const SUBJECT = { subject: "backups", dashboard: "backups" } as const;

const BACKUP_AGE = "time() - holdfast_backup_last_success_timestamp_seconds";
const FOUR_WAL_FILES = 4 * 16 * 1024 * 1024;

/** Base backups, the ways of WAL files, and the proof that they can be restored. */
export const backupRules = (thresholds: Thresholds, { jobs }: ClusterFacts): readonly AlertRule[] => [
  ...walRules(thresholds),
  {
    ...SUBJECT,
    name: "NoRecentBackup",
    severity: "critical",
    // One that is under way may take longer than the last one did, or its day have an hour more. Where there never was one, since
    // they are taken.
    expr: lines(
      `${BACKUP_AGE} > ${thresholds.backupAgeHours * HOUR}`,
      `unless on (instance) (holdfast_job_running{job_name="${BARMAN_BACKUP}"} == 1 and on (instance) ${BACKUP_AGE} < ${(thresholds.backupAgeHours + 3) * HOUR})`,
      `or on (instance) (time() - holdfast_job_scheduled_timestamp_seconds{job_name="${BARMAN_BACKUP}"} > ${thresholds.backupAgeHours * HOUR} unless on (instance) holdfast_backup_last_success_timestamp_seconds)`,
    ),
    forSeconds: TWO_SAMPLES,
    summary: "The last base backup is too old",
    description:
      "There has been no base backup that is whole and in the bucket for {{ $value | humanizeDuration }}.",
  },
  {
    ...SUBJECT,
    name: "RestoreTestFailed",
    severity: "critical",
    // A test that was killed has no result of its own.
    expr: lines(
      "holdfast_restore_test_success == 0",
      `or on (instance) (holdfast_job_success{job_name="${RESTORE_TEST}"} == 0 and on (job_name) holdfast_job_last_end_timestamp_seconds > 0)`,
    ),
    forSeconds: TWO_SAMPLES,
    summary: "The restore test has failed",
    description: "The newest backup could not be restored, or is not what it was ({{ $value | humanize }}).",
  },
  {
    ...SUBJECT,
    name: "RestoreTestOverdue",
    severity: "high",
    expr: overdue(RESTORE_TEST, jobs),
    forSeconds: MINUTE,
    summary: "The restore test is overdue",
    description: "No backup has been proven for {{ $value | humanizeDuration }}.",
  },
];

const walRules = (thresholds: Thresholds): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "ArchivingFailing",
    severity: "critical",
    // Not what this server remembers from when it led before: while it fails, it tries again every minute.
    expr: onPrimary(
      lines(
        "pg_archiver_waiting_files",
        "and on (instance) pg_archiver_last_failed_timestamp_seconds > pg_archiver_last_archived_timestamp_seconds",
        "and on (instance) time() - pg_archiver_last_failed_timestamp_seconds < 300",
      ),
    ),
    forSeconds: TWO_SAMPLES,
    summary: "{{ $labels.instance }} cannot archive its WAL",
    description:
      "WAL files that wait on {{ $labels.instance }}: {{ $value | humanize }}. The last attempt to archive one has failed.",
  },
  {
    ...SUBJECT,
    name: "WalLetGo",
    severity: "critical",
    // Until a base backup is there that began later: of what comes after it nothing is missing.
    expr: lines(
      "max by (instance) (holdfast_wal_let_go_timestamp_seconds) > 0",
      "and on (instance) max by (instance) (holdfast_wal_let_go_timestamp_seconds)",
      "> on () group_left () (max(holdfast_backup_last_success_timestamp_seconds - holdfast_backup_duration_seconds) or vector(0))",
    ),
    forSeconds: TWO_SAMPLES,
    summary: "{{ $labels.instance }} threw WAL away",
    description:
      "With too little room on its disk, {{ $labels.instance }} threw a WAL file away at {{ $value | humanizeTimestamp }} that the archive had not taken: unless it was streamed there, no moment from then to the next base backup can be restored.",
  },
  {
    ...SUBJECT,
    name: "ArchiveQueueGrowing",
    severity: "high",
    expr: onPrimary(`pg_archiver_waiting_files > ${thresholds.archiveWaitingFiles}`),
    forSeconds: 5 * MINUTE,
    summary: "Archiving on {{ $labels.instance }} is behind",
    description: "WAL files on {{ $labels.instance }} that wait to be archived: {{ $value | humanize }}.",
  },
  {
    ...SUBJECT,
    name: "WalStreamBroken",
    severity: "high",
    expr: onPrimary(`pg_slot_active{slot="${BARMAN.slot}"} == 0`),
    forSeconds: 2 * MINUTE,
    summary: "No WAL streams to the operations host",
    description:
      "Nobody streams from the slot {{ $labels.slot }} of {{ $labels.instance }} ({{ $value | humanize }}): the catalogue gets whole files alone, by archiving.",
  },
  {
    ...SUBJECT,
    name: "BucketUnreachable",
    severity: "high",
    expr: "holdfast_bucket_reachable == 0",
    forSeconds: 5 * MINUTE,
    summary: "The bucket cannot be reached",
    description:
      "The operations host has not reached the bucket ({{ $value | humanize }}) for five minutes. WAL waits here.",
  },
  {
    ...SUBJECT,
    name: "WalUploadLate",
    severity: "high",
    expr: lines(
      `time() - (holdfast_bucket_oldest_waiting_timestamp_seconds > 0) > ${thresholds.uploadWaitSeconds}`,
      `or on (instance) (time() - holdfast_bucket_last_upload_timestamp_seconds > ${thresholds.uploadAgeSeconds}`,
      `  and on () max(${onPrimary("increase(pg_wal_written_bytes_total[15m])")}) > ${FOUR_WAL_FILES})`,
    ),
    forSeconds: MINUTE,
    summary: "WAL comes late into the bucket",
    description: "What was written in the last {{ $value | humanizeDuration }} is not in the bucket.",
  },
];
