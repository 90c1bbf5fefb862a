import type { Known } from "./levels.ts";
import { type Dashboard, graph, query, type Section } from "./panel.ts";
import { pools, statements } from "./performance-queries.ts";
import { DATABASES, IN_DATABASE, MEMBERS, ON_HOST } from "./variables.ts";

const CHOSEN = `{${ON_HOST},${IN_DATABASE}}`;
const rate = (column: string): string => `rate(pg_databases_${column}${CHOSEN}[$__rate_interval])`;
/** A rate of the chosen databases, on each of the chosen hosts. */
const perHost = (column: string): string => `sum by (instance) (${rate(column)})`;

/** What the servers do, what they wait for, and which statements it is. */
export const performance = (facts: Known): Dashboard => ({
  name: "performance",
  title: "Performance",
  description: `Transactions, waits, statements and pools of ${facts.cluster}.`,
  variables: [MEMBERS, DATABASES],
  from: "now-3h",
  refresh: "10s",
  sections: [work(), waits(facts), storage(facts), pools(facts), ...statements(facts)],
});

const work = (): Section => ({
  title: "Work",
  height: 8,
  panels: [
    graph({
      title: "Transactions",
      width: 8,
      unit: "suffix: /s",
      description:
        "In postgres those of Patroni and the exporters; a server counts them of its time as a standby at once when it is promoted.",
      queries: [
        query(`sum by (datname) (${rate("commits_total")})`, "{{datname}}"),
        query(`sum by (datname) (${rate("rollbacks_total")}) > 0`, "{{datname}}, rolled back", {
          mayBeEmpty: "nothing is rolled back",
        }),
      ],
    }),
    graph({
      title: "Rows written",
      width: 8,
      unit: "suffix: /s",
      queries: [
        query(`sum(${rate("rows_inserted_total")})`, "inserted"),
        query(`sum(${rate("rows_updated_total")})`, "updated"),
        query(`sum(${rate("rows_deleted_total")})`, "deleted"),
      ],
    }),
    graph({
      title: "Rows read",
      width: 8,
      unit: "suffix: /s",
      logarithmic: true,
      description:
        "Returned: read from tables and indexes by scans. Fetched: by indexes. Far apart, whole tables are read.",
      queries: [
        query(`sum(${rate("rows_returned_total")})`, "returned"),
        query(`sum(${rate("rows_fetched_total")})`, "fetched"),
      ],
    }),
  ],
});

const waits = ({ levels }: Known): Section => ({
  title: "Connections and waits",
  height: 8,
  panels: [
    graph({
      title: "Connections by state",
      width: 8,
      unit: "none",
      decimals: 0,
      stacked: true,
      queries: [query(`sum by (state) (pg_sessions_count${CHOSEN})`, "{{state}}")],
    }),
    graph({
      title: "Connections in use",
      width: 8,
      unit: "percentunit",
      max: 1,
      description: "Of those that clients may have.",
      bounds: levels.connectionsRatio,
      queries: [
        query(
          `sum by (instance) (pg_sessions_count{${ON_HOST}}) / on (instance) (pg_state_max_connections - pg_state_reserved_connections)`,
          "{{instance}}",
        ),
      ],
    }),
    graph({
      title: "Longest transaction",
      width: 8,
      unit: "s",
      bounds: levels.transactionSeconds,
      queries: [query(`pg_transactions_longest_seconds{${ON_HOST}}`, "{{instance}} {{kind}}")],
    }),
    graph({
      title: "Sessions that wait for a lock",
      width: 8,
      unit: "none",
      decimals: 0,
      queries: [query(`pg_waits_sessions{${ON_HOST}}`, "{{instance}}")],
    }),
    graph({
      title: "Longest wait for a lock",
      width: 8,
      unit: "s",
      bounds: levels.lockWaitSeconds,
      queries: [query(`pg_waits_longest_seconds{${ON_HOST}}`, "{{instance}}")],
    }),
    graph({
      title: "Who is waited for",
      width: 24,
      unit: "none",
      decimals: 0,
      description: "The sessions in the way, by their role and what they do, and who waits for them.",
      queries: [
        query(
          `sum by (instance, blocker, state, waiter, what) (pg_blocked_sessions${CHOSEN})`,
          "{{instance}} {{waiter}} waits for {{blocker}}, {{state}} ({{what}})",
          { mayBeEmpty: "nobody waits" },
        ),
      ],
    }),
    graph({
      title: "Locks by mode",
      width: 8,
      unit: "short",
      decimals: 0,
      description: "AccessExclusiveLock keeps even readers out.",
      queries: [query(`sum by (mode) (pg_locks_held${CHOSEN})`, "{{mode}}")],
    }),
  ],
});

const storage = ({ levels }: Known): Section => ({
  title: "Buffers, WAL and upkeep",
  height: 8,
  panels: [
    graph({
      title: "Found in shared buffers",
      width: 8,
      unit: "percentunit",
      max: 1,
      bounds: levels.cacheHitRatio,
      description: "Of all blocks that were asked for. The rest may still be in the kernel's cache.",
      queries: [
        query(
          `${perHost("blocks_hit_total")} / clamp_min(${perHost("blocks_hit_total")} + ${perHost("blocks_read_total")}, 1)`,
          "{{instance}}",
        ),
      ],
    }),
    graph({
      title: "Temporary files",
      width: 8,
      unit: "binBps",
      description: "Sorts and hashes that did not fit into work_mem.",
      queries: [query(perHost("temporary_bytes_total"), "{{instance}}")],
    }),
    graph({
      title: "Deadlocks and cancelled queries",
      width: 8,
      unit: "short",
      decimals: 0,
      queries: [
        query(
          `sum by (instance) (increase(pg_databases_deadlocks_total${CHOSEN}[5m]))`,
          "{{instance}} deadlocks, in 5 minutes",
        ),
        query(
          `sum by (instance) (increase(pg_databases_conflicts_total${CHOSEN}[5m]))`,
          "{{instance}} cancelled, in 5 minutes",
        ),
      ],
    }),
    graph({
      title: "Checkpoints",
      width: 8,
      unit: "short",
      decimals: 0,
      description: "Many on request mean that max_wal_size is reached before the time is up.",
      queries: [
        query(
          `sum by (instance) (increase(pg_checkpoints_timed_total{${ON_HOST}}[1h]))`,
          "{{instance}} timed, in an hour",
        ),
        query(
          `sum by (instance) (increase(pg_checkpoints_requested_total{${ON_HOST}}[1h]))`,
          "{{instance}} on request, in an hour",
        ),
      ],
    }),
    graph({
      title: "Time in checkpoints",
      width: 8,
      unit: "percentunit",
      description: "Writing is spread out on purpose. Syncing is what others wait for.",
      queries: [
        query(`rate(pg_checkpoints_write_seconds_total{${ON_HOST}}[5m])`, "{{instance}} writing"),
        query(`rate(pg_checkpoints_sync_seconds_total{${ON_HOST}}[5m])`, "{{instance}} syncing"),
      ],
    }),
    graph({
      title: "Vacuums",
      width: 8,
      unit: "none",
      decimals: 0,
      queries: [query(`pg_vacuums_running{${ON_HOST}}`, "{{instance}}")],
    }),
    graph({
      title: "How far vacuums are",
      width: 24,
      unit: "percentunit",
      max: 1,
      queries: [
        query(`pg_vacuum_scanned_ratio${CHOSEN}`, "{{instance}} {{datname}} {{work}}, {{phase}}", {
          mayBeEmpty: "nothing is being vacuumed",
        }),
      ],
    }),
  ],
});
