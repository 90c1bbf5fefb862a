import { DATA_ROOT } from "../../paths.ts";

/**
 * Two scrapes, 5 s apart, the last of which may take 4 s to fail. A host that was lost is noticed within this time and an
 * evaluation, so within 16 s; a shorter one would hold one scrape alone at times.
 */
const TWO_SCRAPES = 14;

/** What is scraped on hosts: all of it silent is a host that is down. */
export const HOST_JOBS = "node|postgres|patroni|etcd|haproxy|pgbouncer|prometheus|alertmanager";

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** For a value that has to be bad in two scrapes: a single sample is in use for 5 s, unless the next one comes a second late. */
export const TWO_SAMPLES = 6;

/** Zero in two scrapes in a row at least; the value is in how many. */
export const zeroTwice = (series: string): string =>
  `count_over_time(${series}[${TWO_SCRAPES}s]) >= 2 and max_over_time(${series}[${TWO_SCRAPES}s]) == 0`;

export const PRIMARY = "pg_state_in_recovery == 0";
export const onPrimary = (expression: string): string => `(${expression}) and on (instance) ${PRIMARY}`;

/** Not while nobody leads, of which NoLeader tells a moment later: one loss is one page. What follows from it may come before it. */
export const whileLed = (expression: string): string =>
  `(${expression}) unless on () (max(patroni_primary) == 0)`;

/** Of these names, as PromQL matches them. */
export const oneOf = (names: readonly string[]): string => names.join("|");

/** Data and WAL on database hosts, Barman's catalogue on the operations host. */
export const DATA_VOLUME = `mountpoint="${DATA_ROOT}"`;
export const freePercent = (selector: string): string =>
  `100 * min by (instance, role, mountpoint) (node_filesystem_avail_bytes{${selector}} / node_filesystem_size_bytes{${selector}})`;

/**
 * How many seconds standbys are behind, by the primary's account, and of one that is cut off by its own. A standby's own is the
 * age of the last commit that it replayed: while one long transaction writes, that gets old though nothing waits. For a moment
 * after a handover two members tell of the same standby.
 */
export function behind(members: readonly string[]): string {
  const seen = `max by (standby) (pg_standby_lag_seconds{stage="replay",standby=~"${oneOf(members)}"})`;
  return `(max by (instance) (label_join(${seen}, "instance", "", "standby")) or on (instance) max by (instance) (pg_replay_lag_seconds))`;
}

export const lines = (...parts: readonly string[]): string => parts.join("\n");
export const anyOf = (parts: readonly string[]): string => parts.join("\nor\n");
