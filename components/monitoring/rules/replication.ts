import {
  behind,
  DATA_VOLUME,
  lines,
  MINUTE,
  oneOf,
  onPrimary,
  PRIMARY,
  TWO_SAMPLES,
  whileLed,
  zeroTwice,
} from "./expression.ts";
import type { AlertRule, ClusterFacts } from "./rule.ts";
import type { Thresholds } from "./schema.ts";

const SUBJECT = { subject: "replication", dashboard: "replication" } as const;

/**
 * A standby asks a silent primary for a sign of life after half of wal_receiver_timeout, so after 5 s. A handover makes it
 * turn to another member, which takes as long again. What is seen of it is up to 5 s old.
 */
const SILENT_SECONDS = 12;

/** Whether standbys follow, how far they are behind, and what an acknowledged commit is worth. */
export function replicationRules(thresholds: Thresholds, facts: ClusterFacts): readonly AlertRule[] {
  const { members, durability } = facts;
  const lag = behind(members);
  return [
    {
      ...SUBJECT,
      name: "ReplicationBroken",
      severity: "critical",
      // A line that was cut without a word counts as one that streams for 10 s more.
      expr: whileLed(
        `pg_replay_time_seconds - max_over_time(pg_replay_heard_timestamp_seconds[1m]) > ${SILENT_SECONDS}`,
      ),
      forSeconds: 0,
      summary: "{{ $labels.instance }} does not replicate",
      description:
        "{{ $labels.instance }} has heard nothing from the primary for {{ $value | humanizeDuration }}.",
    },
    {
      ...SUBJECT,
      name: "ReplicationLagCritical",
      severity: "critical",
      expr: `${lag} > ${thresholds.replicationLagCriticalSeconds}`,
      forSeconds: 2 * MINUTE,
      summary: "{{ $labels.instance }} is far behind the primary",
      description: "What {{ $labels.instance }} shows is {{ $value | humanizeDuration }} old.",
    },
    {
      ...SUBJECT,
      name: "SynchronousWildcard",
      severity: "critical",
      expr: onPrimary("pg_state_sync_wildcard == 1"),
      forSeconds: TWO_SAMPLES,
      summary: "Any stream at all confirms commits on {{ $labels.instance }}",
      description:
        "synchronous_standby_names holds a * ({{ $value | humanize }}): commits that no member could take over are acknowledged.",
    },
    ...noSynchronousStandby(durability),
    {
      ...SUBJECT,
      name: "ReplicationLagHigh",
      severity: "high",
      expr: `${lag} > ${thresholds.replicationLagHighSeconds}`,
      forSeconds: 5 * MINUTE,
      summary: "{{ $labels.instance }} is behind the primary",
      description:
        "What {{ $labels.instance }} shows has been old for five minutes, now {{ $value | humanizeDuration }}.",
    },
    {
      ...SUBJECT,
      name: "TooFewStandbys",
      severity: "high",
      // No standby at all is no series at all, which has to count as none.
      expr: lines(
        `(count(count by (standby) (pg_standby_streaming{standby=~"${oneOf(members)}"} == 1)) or vector(0)) < ${members.length - 1}`,
        `and on () count(${PRIMARY}) > 0`,
      ),
      forSeconds: 5 * MINUTE,
      summary: "The primary has too few standbys",
      description: `{{ $value | humanize }} of ${members.length - 1} standbys stream from the primary.`,
    },
    {
      ...SUBJECT,
      name: "TimelineMismatch",
      severity: "high",
      // 0 is a server that does not run.
      expr: "patroni_postgres_timeline > 0 < on () group_left () max(patroni_postgres_timeline)",
      forSeconds: 2 * MINUTE,
      summary: "{{ $labels.instance }} is on another timeline",
      description:
        "{{ $labels.instance }} is on timeline {{ $value | humanize }}, and others are on a newer one.",
    },
    {
      ...SUBJECT,
      name: "ReplayPaused",
      severity: "high",
      expr: "pg_replay_paused == 1",
      forSeconds: 5 * MINUTE,
      summary: "{{ $labels.instance }} does not replay",
      description:
        "Replay on {{ $labels.instance }} has been paused ({{ $value | humanize }}) for five minutes: readers there see old data.",
    },
    {
      ...SUBJECT,
      name: "SlotRetainsWal",
      severity: "high",
      expr: `100 * pg_slot_retained_bytes / on (instance) group_left () max by (instance) (node_filesystem_size_bytes{${DATA_VOLUME}}) > ${thresholds.slotRetainedPercent}`,
      forSeconds: 5 * MINUTE,
      summary: "The slot {{ $labels.slot }} holds much WAL on {{ $labels.instance }}",
      description:
        "WAL for the slot {{ $labels.slot }} is {{ $value | humanize }} % of the data volume of {{ $labels.instance }}.",
    },
    {
      ...SUBJECT,
      name: "SlotLost",
      severity: "high",
      expr: "pg_slot_lost == 1",
      forSeconds: MINUTE,
      summary: "WAL that the slot {{ $labels.slot }} needs is gone",
      description:
        "The slot {{ $labels.slot }} on {{ $labels.instance }} is lost, or soon will be ({{ $value | humanize }}): it was too far behind.",
    },
  ];
}

/** Under strict durability every commit waits; otherwise a failover may lose the last ones. */
function noSynchronousStandby(durability: ClusterFacts["durability"]): readonly AlertRule[] {
  if (durability === "async") return [];
  const strict = durability === "strict";
  return [
    {
      ...SUBJECT,
      name: "NoSynchronousStandby",
      severity: strict ? "critical" : "high",
      // A member that has just begun to lead has none yet.
      expr: lines(
        `(${zeroTwice("pg_state_sync_standbys")})`,
        "and on (instance) max_over_time(pg_state_in_recovery[14s]) == 0",
      ),
      forSeconds: strict ? 0 : MINUTE,
      summary: "No standby confirms the commits of {{ $labels.instance }}",
      description: strict
        ? "The primary {{ $labels.instance }} had no synchronous standby in {{ $value | humanize }} scrapes in a row: every commit waits."
        : "The primary {{ $labels.instance }} had no synchronous standby in {{ $value | humanize }} scrapes in a row: a failover would lose commits.",
    },
  ];
}
