import { DATA_ROOT } from "../../paths.ts";
import type { Known } from "./levels.ts";
import { type Dashboard, graph, query, type Section, stat, states, table } from "./panel.ts";
import { consensus } from "./replication-consensus.ts";
import { rolesPanel } from "./roles.ts";
import { MEMBERS, ON_HOST } from "./variables.ts";

/** Who leads, who follows how closely, what holds WAL and old rows back, and who decides about it. */
export const replication = (facts: Known): Dashboard => ({
  name: "replication",
  title: "Replication",
  description: `Leader, standbys, slots and consensus of ${facts.cluster}.`,
  variables: [MEMBERS],
  from: "now-3h",
  refresh: "10s",
  sections: [roles(), lag(facts), retention(facts), ...consensus(facts)],
});

const roles = (): Section => ({
  title: "Roles",
  height: 7,
  panels: [
    rolesPanel(12),
    table({
      title: "Members",
      width: 12,
      labels: { instance: "Host" },
      columns: [
        {
          name: "Timeline",
          unit: "none",
          expr: "max by (instance) (patroni_postgres_timeline)",
        },
        {
          name: "Runs for",
          unit: "dtdurations",
          expr: "time() - max by (instance) (pg_state_start_time_seconds)",
        },
        {
          name: "Waits for a restart",
          unit: "none",
          expr: "max by (instance) (pg_state_pending_restart)",
          bounds: { above: { warning: 1 } },
        },
        {
          name: "Streams",
          unit: "none",
          expr: "max by (instance) (pg_replay_streaming)",
          texts: { 0: { text: "no", color: "red" }, 1: { text: "yes", color: "green" } },
        },
        {
          name: "Replay",
          unit: "none",
          expr: "max by (instance) (pg_replay_paused)",
          texts: { 0: { text: "goes on", color: "green" }, 1: { text: "paused", color: "yellow" } },
        },
      ],
    }),
  ],
});

const lag = ({ levels }: Known): Section => ({
  title: "How far behind",
  height: 8,
  panels: [
    graph({
      title: "What standbys show is this old",
      width: 8,
      unit: "s",
      description: "Each standby's own view; 0 when it has replayed all that it received.",
      bounds: levels.lagSeconds,
      queries: [query(`pg_replay_lag_seconds{${ON_HOST}}`, "{{instance}}")],
    }),
    graph({
      title: "Acknowledged later by",
      width: 8,
      unit: "s",
      description: "The leader's view: how long the last WAL took until it was written, flushed, replayed.",
      queries: [query("pg_standby_lag_seconds", "{{standby}} {{stage}}")],
    }),
    graph({
      title: "WAL that standbys do not have",
      width: 8,
      unit: "bytes",
      description: "The leader's view, by the stage that it has not come to.",
      queries: [query("pg_standby_lag_bytes", "{{standby}} {{stage}}")],
    }),
    states({
      title: "Streams from the leader",
      width: 12,
      unit: "none",
      texts: { 0: { text: "no", color: "red" }, 1: { text: "streams", color: "green" } },
      queries: [query("max by (standby) (pg_standby_streaming)", "{{standby}}")],
    }),
    graph({
      title: "Synchronous standbys",
      width: 12,
      unit: "none",
      decimals: 0,
      description: "Standbys whose acknowledgement counts. At 0, commits of a strict cluster wait.",
      queries: [query("max(pg_state_sync_standbys)", "that stream")],
    }),
  ],
});

const retention = ({ levels }: Known): Section => ({
  title: "What is held back",
  height: 8,
  panels: [
    graph({
      title: "WAL written",
      width: 8,
      unit: "binBps",
      queries: [
        query(
          "rate(pg_wal_written_bytes_total[$__rate_interval]) and on (instance) pg_state_in_recovery == 0",
          "{{instance}}",
        ),
      ],
    }),
    graph({
      title: "WAL kept for slots",
      width: 8,
      unit: "percentunit",
      description: "Of the data volume.",
      bounds: levels.slotRetainedRatio,
      queries: [
        query(
          `pg_slot_retained_bytes{${ON_HOST}} / on (instance) group_left () max by (instance) (node_filesystem_size_bytes{mountpoint="${DATA_ROOT}"})`,
          "{{instance}} {{slot}}",
        ),
      ],
    }),
    graph({
      title: "Transactions that vacuum has to spare",
      width: 8,
      unit: "short",
      decimals: 0,
      bounds: levels.xminAge,
      description: "How far the horizon is behind, by who holds it: rows that died since then stay.",
      queries: [query(`pg_xmin_age{${ON_HOST}}`, "{{instance}} {{source}}")],
    }),
    table({
      title: "Slots",
      width: 16,
      labels: { instance: "Host", slot: "Slot", type: "Kind" },
      sortBy: "WAL kept",
      columns: [
        {
          name: "In use",
          unit: "none",
          expr: `max by (instance, slot, type) (pg_slot_active{${ON_HOST}})`,
          texts: { 0: { text: "no", color: "gray" }, 1: { text: "yes", color: "green" } },
        },
        {
          name: "WAL kept",
          unit: "bytes",
          expr: `max by (instance, slot, type) (pg_slot_retained_bytes{${ON_HOST}})`,
        },
        {
          name: "WAL is there",
          unit: "none",
          expr: `max by (instance, slot, type) (pg_slot_lost{${ON_HOST}})`,
          texts: { 0: { text: "yes", color: "green" }, 1: { text: "lost", color: "red" } },
        },
      ],
    }),
    stat({
      title: "Wildcard in synchronous_standby_names",
      width: 8,
      unit: "none",
      description: "Patroni writes a * when nobody is left that could acknowledge commits.",
      otherwise: "unknown",
      texts: { 0: { text: "no", color: "green" }, 1: { text: "yes", color: "red" } },
      queries: [query("pg_state_sync_wildcard and on (instance) pg_state_in_recovery == 0", "{{instance}}")],
    }),
  ],
});
