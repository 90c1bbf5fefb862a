import { type AlertCase, age, always, counter, gauge, lost, of, on } from "../case.ts";

const HOUR = 3600;
const ops = of("node", "ops-1");
const postgres = of("postgres", "db-1");
const PRIMARY = { [postgres("pg_state_in_recovery")]: always(0) };
const test = { job_name: "restore-test" };
const backup = { job_name: "barman-backup" };

export const BACKUP_CASES: readonly AlertCase[] = [
  {
    alert: "ArchivingFailing",
    pace: "page",
    series: {
      ...PRIMARY,
      [postgres("pg_archiver_waiting_files")]: gauge(0, 2, 1),
      [postgres("pg_archiver_last_archived_timestamp_seconds")]: age(10, 100, 10),
      [postgres("pg_archiver_last_failed_timestamp_seconds")]: age(1000, 20, 30),
    },
    labels: on("postgres", "db-1"),
    description: "WAL files that wait on db-1: 2. The last attempt to archive one has failed.",
  },
  {
    alert: "WalLetGo",
    pace: "page",
    // Barman's last backup began at 100 and took 50 s.
    series: {
      [of("node", "db-1")("holdfast_wal_let_go_timestamp_seconds")]: gauge(0, 101, 100),
      [of("node", "db-2")("holdfast_wal_let_go_timestamp_seconds")]: always(0),
      [ops("holdfast_backup_last_success_timestamp_seconds")]: always(150),
      [ops("holdfast_backup_duration_seconds")]: always(50),
    },
    labels: { instance: "db-1" },
    description:
      "With too little room on its disk, db-1 threw a WAL file away at 1970-01-01 00:01:41 +0000 UTC that the archive had not taken: unless it was streamed there, no moment from then to the next base backup can be restored.",
  },
  {
    alert: "WalLetGo",
    way: "before-a-backup",
    pace: "page",
    series: { [of("node", "db-1")("holdfast_wal_let_go_timestamp_seconds")]: gauge(0, 101, 0) },
    labels: { instance: "db-1" },
    description:
      "With too little room on its disk, db-1 threw a WAL file away at 1970-01-01 00:01:41 +0000 UTC that the archive had not taken: unless it was streamed there, no moment from then to the next base backup can be restored.",
  },
  {
    alert: "ArchiveQueueGrowing",
    pace: "minutes",
    series: { ...PRIMARY, [postgres("pg_archiver_waiting_files")]: gauge(0, 6, 5) },
    labels: on("postgres", "db-1"),
    description: "WAL files on db-1 that wait to be archived: 6.",
  },
  {
    alert: "WalStreamBroken",
    pace: "minutes",
    series: {
      ...PRIMARY,
      [postgres("pg_slot_active", { slot: "barman", type: "physical" })]: lost(1, 0),
      [postgres("pg_slot_active", { slot: "db_2", type: "physical" })]: always(0),
    },
    labels: { ...on("postgres", "db-1"), slot: "barman", type: "physical" },
    description:
      "Nobody streams from the slot barman of db-1 (0): the catalogue gets whole files alone, by archiving.",
  },
  {
    alert: "BucketUnreachable",
    pace: "minutes",
    series: { [ops("holdfast_bucket_reachable")]: lost(1, 0) },
    labels: on("node", "ops-1"),
    description: "The operations host has not reached the bucket (0) for five minutes. WAL waits here.",
  },
  {
    alert: "WalUploadLate",
    pace: "hours",
    series: {
      [ops("holdfast_bucket_oldest_waiting_timestamp_seconds")]: gauge(0, 1, 0),
      [ops("holdfast_bucket_last_upload_timestamp_seconds")]: age(10, 400, 901),
      [postgres("pg_wal_written_bytes_total")]: always(1),
      ...PRIMARY,
    },
    firesIn: 300,
    labels: on("node", "ops-1"),
    description: "What was written in the last 6m 59s is not in the bucket.",
  },
  {
    alert: "NoRecentBackup",
    pace: "page",
    series: {
      [ops("holdfast_backup_last_success_timestamp_seconds")]: age(HOUR, 25 * HOUR + 60, 25 * HOUR - 60),
    },
    labels: on("node", "ops-1"),
    description: "There has been no base backup that is whole and in the bucket for 1d 1h 1m 1s.",
  },
  {
    alert: "NoRecentBackup",
    way: "while-one-is-taken",
    pace: "page",
    series: {
      [ops("holdfast_job_running", backup)]: always(1),
      [ops("holdfast_backup_last_success_timestamp_seconds")]: age(HOUR, 28 * HOUR + 60, 28 * HOUR - 60),
    },
    labels: on("node", "ops-1"),
    description: "There has been no base backup that is whole and in the bucket for 1d 4h 1m 1s.",
  },
  {
    alert: "RestoreTestFailed",
    pace: "page",
    series: {
      [ops("holdfast_restore_test_success")]: lost(1, 0),
      [ops("holdfast_job_success", test)]: always(1),
      [ops("holdfast_job_last_end_timestamp_seconds", test)]: always(1),
    },
    labels: on("node", "ops-1"),
    description: "The newest backup could not be restored, or is not what it was (0).",
  },
  {
    alert: "RestoreTestOverdue",
    pace: "minutes",
    // Since it was scheduled: a success of so long ago would be before the beginning of promtool's time.
    series: {
      [ops("holdfast_job_last_success_timestamp_seconds", test)]: always(0),
      [ops("holdfast_job_scheduled_timestamp_seconds", test)]: age(HOUR, 37 * 24 * HOUR, 35 * 24 * HOUR),
    },
    labels: { ...on("node", "ops-1"), ...test },
    description: "No backup has been proven for 37d 0h 0m 0s.",
  },
  {
    alert: "WalUploadLate",
    way: "by-age",
    pace: "hours",
    // Three segments in a quarter of an hour are a burst of writes; five of them cannot be waiting for the first.
    series: {
      [ops("holdfast_bucket_oldest_waiting_timestamp_seconds")]: always(0),
      [ops("holdfast_bucket_last_upload_timestamp_seconds")]: age(10, 1000, 890),
      [postgres("pg_wal_written_bytes_total")]: counter(100_000, 100_000, 100_000),
      ...PRIMARY,
    },
    firesIn: 600,
    labels: on("node", "ops-1"),
    description: "What was written in the last 16m 40s is not in the bucket.",
  },
  {
    alert: "NoRecentBackup",
    way: "never",
    pace: "page",
    series: {
      [ops("holdfast_job_scheduled_timestamp_seconds", backup)]: age(HOUR, 25 * HOUR + 60, 25 * HOUR - 60),
    },
    labels: { ...on("node", "ops-1"), ...backup },
    description: "There has been no base backup that is whole and in the bucket for 1d 1h 1m 1s.",
  },
  {
    alert: "RestoreTestFailed",
    way: "by-its-job",
    pace: "page",
    series: {
      [ops("holdfast_restore_test_success")]: always(1),
      [ops("holdfast_job_success", test)]: gauge(1, 0, 0),
      [ops("holdfast_job_last_end_timestamp_seconds", test)]: gauge(1, 1, 0),
    },
    labels: { ...on("node", "ops-1"), ...test },
    description: "The newest backup could not be restored, or is not what it was (0).",
  },
];
