import type { ParameterMetadata } from "./metadata.ts";

/** Bounds that are narrower than those of the server's metadata, in the parameter's own unit. */
interface Limit {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly multipleOf?: number;
  /** Whether 0, which means "off" there, is allowed below `atLeast`. */
  readonly orZero?: true;
  readonly reason: string;
}

// Patroni has lower bounds of its own, and says nothing where it puts another value in the place of a lower one.
const PATRONI = "Patroni takes its own default instead of less";
const SERVER = "the server refuses it otherwise";
const PAGES: Limit = { multipleOf: 16, reason: "the server keeps it in groups of 16 pages" };
const STATEMENTS: Limit = {
  atLeast: 1000,
  orZero: true,
  reason: "less would end the statements that the cluster itself depends on",
};

export const LIMITS: Readonly<Record<string, Limit>> = {
  commit_timestamp_buffers: PAGES,
  idle_session_timeout: {
    atLeast: 60_000,
    orZero: true,
    reason: "Patroni and the pools keep their connections open",
  },
  lock_timeout: STATEMENTS,
  maintenance_work_mem: { atLeast: 1024, reason: PATRONI },
  max_connections: { atLeast: 25, reason: PATRONI },
  max_locks_per_transaction: { atLeast: 32, reason: PATRONI },
  max_replication_slots: { atLeast: 10, reason: "members, backups and a rebuild each hold a slot" },
  max_stack_depth: { atMost: 7680, reason: "the hosts' limit of 8 MiB for a stack leaves no more" },
  max_wal_senders: { atLeast: 10, reason: "members, backups and a rebuild each hold a sender" },
  max_worker_processes: { atLeast: 2, reason: PATRONI },
  multixact_member_buffers: PAGES,
  multixact_offset_buffers: PAGES,
  notify_buffers: PAGES,
  serializable_buffers: PAGES,
  statement_timeout: STATEMENTS,
  subtransaction_buffers: PAGES,
  superuser_reserved_connections: { atLeast: 3, reason: "Patroni must always get in" },
  transaction_buffers: PAGES,
  transaction_timeout: STATEMENTS,
  vacuum_buffer_usage_limit: { atLeast: 128, orZero: true, reason: SERVER },
  wal_keep_size: { atLeast: 16, reason: PATRONI },
  // Without these reports a commit would wait until the sender asks, half its time-out later.
  wal_receiver_status_interval: { atLeast: 1, reason: "by its reports commits are acknowledged" },
};

/** What is allowed, and the value that comes nearest; undefined when the number is within the limits. */
export function beyondLimit(
  parameter: ParameterMetadata,
  number: number,
): { readonly allowed: string; readonly nearest: string } | undefined {
  const limit = LIMITS[parameter.name];
  if (limit === undefined || (limit.orZero && number === 0)) return undefined;
  const { atLeast, atMost, multipleOf, reason } = limit;
  const unit = parameter.unit === undefined || parameter.unit === "8kB" ? "" : parameter.unit;
  const zero = limit.orZero ? "0, or " : "";
  if (atLeast !== undefined && number < atLeast) {
    return { allowed: `${zero}${atLeast}${unit} or more: ${reason}`, nearest: `${atLeast}${unit}` };
  }
  if (atMost !== undefined && number > atMost) {
    return { allowed: `${atMost}${unit} or less: ${reason}`, nearest: `${atMost}${unit}` };
  }
  if (multipleOf !== undefined && number % multipleOf !== 0) {
    const nearest = Math.ceil(number / multipleOf) * multipleOf;
    return { allowed: `a multiple of ${multipleOf}: ${reason}`, nearest: String(nearest) };
  }
  return undefined;
}
