import { archive } from "./backups-archive.ts";
import type { Known } from "./levels.ts";
import { type Dashboard, graph, query, type Section, stat, table } from "./panel.ts";

const DAY = 86400;
const UNTESTED = { mayBeEmpty: "no restore test has run yet" } as const;
const UNNOTED = { mayBeEmpty: "nothing is noted in the first hour" } as const;

/** Whether data could be had back: from when to when, how long it would take, and what waits to be safe. */
export const backups = (facts: Known): Dashboard => ({
  name: "backups",
  title: "Backups",
  description: `Base backups, WAL and restore tests of ${facts.cluster}.`,
  variables: [],
  from: "now-7d",
  refresh: "1m",
  sections: [now(facts), history(), ...archive(facts)],
});

const now = ({ levels }: Known): Section => ({
  title: "Now",
  height: 5,
  panels: [
    stat({
      title: "Last backup",
      width: 3,
      unit: "s",
      description: "Age of the last base backup that succeeded.",
      bounds: levels.backupAgeSeconds,
      otherwise: "none yet",
      queries: [query("time() - max(holdfast_backup_last_success_timestamp_seconds)", "age")],
    }),
    stat({
      title: "Last restore test",
      width: 3,
      unit: "none",
      otherwise: "none yet",
      texts: { 0: { text: "failed", color: "red" }, 1: { text: "good", color: "green" } },
      queries: [query("max(holdfast_restore_test_success)", "result", UNTESTED)],
    }),
    stat({
      title: "Last good restore test",
      width: 3,
      unit: "s",
      otherwise: "none yet",
      queries: [
        query("time() - (max(holdfast_restore_test_last_success_timestamp_seconds) > 0)", "age", UNTESTED),
      ],
    }),
    stat({
      title: "Bucket",
      width: 3,
      unit: "none",
      otherwise: "unknown",
      texts: { 0: { text: "out of reach", color: "red" }, 1: { text: "in reach", color: "green" } },
      queries: [query("min(holdfast_bucket_reachable)", "bucket")],
    }),
    table({
      title: "What can be recovered",
      width: 12,
      description: "Noted once an hour: the end goes on meanwhile.",
      labels: { place: "From" },
      columns: [
        {
          name: "From the moment",
          unit: "dateTimeAsIso",
          expr: "max by (place) (holdfast_recovery_window_start_timestamp_seconds) * 1000",
          texts: { 0: { text: "nothing", color: "red" } },
          ...UNNOTED,
        },
        {
          name: "To",
          unit: "dateTimeAsIso",
          expr: "max by (place) (holdfast_recovery_window_end_timestamp_seconds) * 1000",
          texts: { 0: { text: "nothing", color: "red" } },
          ...UNNOTED,
        },
      ],
    }),
  ],
});

const history = (): Section => ({
  title: "Backups and restore tests",
  height: 8,
  panels: [
    graph({
      title: "Size of a base backup",
      width: 8,
      unit: "bytes",
      steps: true,
      queries: [query("max(holdfast_backup_size_bytes)", "size")],
    }),
    graph({
      title: "How long a backup and a restore take",
      width: 8,
      unit: "dtdurations",
      steps: true,
      description: "Of a restore, the base backup and the WAL after it one by one.",
      queries: [
        query("max(holdfast_backup_duration_seconds)", "backup"),
        query("max(holdfast_restore_test_duration_seconds)", "restore", UNTESTED),
        query("max(holdfast_restore_test_base_seconds)", "its base backup", UNTESTED),
        query("max(holdfast_restore_test_wal_seconds)", "its WAL", UNTESTED),
      ],
    }),
    graph({
      title: "Length of the recovery window",
      width: 8,
      unit: "d",
      steps: true,
      queries: [
        query(
          `max by (place) (holdfast_recovery_window_end_timestamp_seconds - holdfast_recovery_window_start_timestamp_seconds) / ${DAY}`,
          "{{place}}",
          UNNOTED,
        ),
      ],
    }),
  ],
});
