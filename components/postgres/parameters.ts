import { preloadLibraries } from "./extensions.ts";
import { parametersOf } from "./metadata.ts";
import type { PostgresConfig } from "./schema.ts";
import { type HostSize, memoryParameters, type Parameters, sharedParameters } from "./sizing.ts";

/** Starting values that are better than the server's own on today's disks, for every size and profile. */
const DEFAULTS: Parameters = {
  autovacuum_analyze_scale_factor: 0.01,
  autovacuum_naptime: "15s",
  autovacuum_vacuum_cost_limit: 2000,
  autovacuum_vacuum_insert_scale_factor: 0.1,
  autovacuum_vacuum_scale_factor: 0.02,
  checkpoint_completion_target: 0.9,
  checkpoint_timeout: "15min",
  default_toast_compression: "lz4",
  effective_io_concurrency: 200,
  // A transaction that somebody forgot keeps vacuum from cleaning up behind it.
  idle_in_transaction_session_timeout: "10min",
  jit: false,
  log_autovacuum_min_duration: "1s",
  log_checkpoints: true,
  log_line_prefix: "%m [%p] %q%u@%d %a ",
  log_lock_waits: true,
  log_min_duration_statement: "1s",
  log_temp_files: "10MB",
  maintenance_io_concurrency: 200,
  max_replication_slots: 12,
  max_wal_senders: 12,
  random_page_cost: 1.1,
  track_io_timing: true,
  wal_compression: "lz4",
};

/** What the parts of the cluster rely on, besides the archive's, which are Barman's; owned.ts gives the user the reason for each. */
const owned = (postgres: PostgresConfig): Parameters => ({
  hot_standby: true,
  logging_collector: false,
  password_encryption: "scram-sha-256",
  restart_after_crash: false,
  shared_preload_libraries: preloadLibraries(postgres.extensions),
  ssl: true,
  ssl_ca_file: "/etc/postgresql/tls/ca.crt",
  ssl_cert_file: "/etc/postgresql/tls/server.crt",
  ssl_key_file: "/etc/postgresql/tls/server.key",
  ssl_min_protocol_version: "TLSv1.2",
  wal_level: "logical",
  wal_log_hints: true,
  wal_receiver_timeout: "10s",
  // A standby whose primary restarts asks for it again after this time; commits wait for that, and 5 s is the default.
  wal_retrieve_retry_interval: "500ms",
  wal_sender_timeout: "10s",
});

/** Of one host's memory, so that members of different sizes can share a cluster: they live in the host's own file. */
const PER_HOST = new Set([
  "autovacuum_work_mem",
  "effective_cache_size",
  "huge_pages",
  "maintenance_work_mem",
  "shared_buffers",
  "temp_buffers",
  "wal_buffers",
  "work_mem",
]);

export interface LayeredParameters {
  /** For all members: Patroni's dynamic configuration. */
  readonly cluster: Parameters;
  /** For one member: its own file. */
  readonly host: Parameters;
}

/** The layers, from the weakest: defaults, sizing by host and profile, the user's settings, what Holdfast owns. */
export function layerParameters(input: {
  readonly postgres: PostgresConfig;
  readonly host: HostSize;
}): LayeredParameters {
  const { postgres, host } = input;
  const settings = canonical(postgres);
  const shared = { ...DEFAULTS, ...sharedParameters(host, postgres.profile), ...settings };
  const maxConnections = Number(shared["max_connections"]);
  const all: Parameters = {
    ...shared,
    ...memoryParameters(host, postgres.profile, maxConnections),
    ...settings,
    ...owned(postgres),
  };
  const pick = (wanted: boolean): Parameters =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => PER_HOST.has(name) === wanted)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return { cluster: pick(false), host: pick(true) };
}

/** Names as the server writes them, for it takes any case, and "TimeZone" twice would be two keys here. */
function canonical(postgres: PostgresConfig): Parameters {
  const known = parametersOf(postgres.version);
  return Object.fromEntries(
    Object.entries(postgres.settings).map(([name, value]) => [
      known.get(name.toLowerCase())?.name ?? name,
      value,
    ]),
  );
}
