import type { ParameterMetadata } from "./metadata.ts";

/** Reasons that several parameters share. */
const PATRONI = "Patroni sets it, and would set it back";
const TLS = "certificates and keys are Holdfast's, and every connection uses them";
const TLS_VERSION = "every connection uses TLS 1.2 or newer";
const SESSION = "it is for one transaction, and the server refuses it in a file";
const DURABILITY = "it decides which commits survive; choose availability.durability instead";
const RTO = "it belongs to the timings that availability.rto sets together";
const BACKUP = "the archive of write-ahead logs belongs to the backups";
const RECOVERY = "it steers recovery, which Patroni does";
const PATHS = "Holdfast knows where its files are";
const CRASH_SAFETY = "switching it off loses data at the next power failure";
const LIBRARIES = "the server's libraries are those of its packages and of postgres.extensions";
const NOT_BUILT = "Debian builds the server without it";
const JOURNAL = "the server's log goes to the system's journal, where it is rotated and read";

/** Parameters that a user may not set, and why. */
const OWNED: Readonly<Record<string, string>> = {
  archive_cleanup_command: RECOVERY,
  archive_command: BACKUP,
  archive_library: BACKUP,
  archive_mode: BACKUP,
  archive_timeout: "backups.archiveTimeout says it",
  bonjour: NOT_BUILT,
  bonjour_name: NOT_BUILT,
  client_encoding: "each client says its own, and the cluster's parts speak UTF8",
  cluster_name: PATRONI,
  config_file: PATHS,
  data_directory: PATHS,
  db_user_namespace: "the roles' names are plain ones",
  data_sync_retry: CRASH_SAFETY,
  default_tablespace: "Holdfast makes no tablespaces: a role or a database that has one can name it",
  default_transaction_read_only:
    "every write would be refused, those of an update too; give roles read access instead",
  dynamic_library_path: LIBRARIES,
  extension_control_path: LIBRARIES,
  external_pid_file: PATHS,
  fsync: CRASH_SAFETY,
  full_page_writes: CRASH_SAFETY,
  hba_file: "who may come in is said in access",
  hot_standby: PATRONI,
  ident_file: PATHS,
  include: PATHS,
  jit_provider: LIBRARIES,
  listen_addresses: PATRONI,
  log_destination: JOURNAL,
  log_directory: JOURNAL,
  log_filename: JOURNAL,
  logging_collector: JOURNAL,
  oauth_validator_libraries: LIBRARIES,
  password_encryption: "passwords are kept as SCRAM verifiers only",
  port: "the flow table fixes it",
  primary_conninfo: PATRONI,
  primary_slot_name: PATRONI,
  promote_trigger_file: RECOVERY,
  recovery_end_command: RECOVERY,
  recovery_min_apply_delay: RECOVERY,
  recovery_target: RECOVERY,
  recovery_target_action: RECOVERY,
  recovery_target_inclusive: RECOVERY,
  recovery_target_lsn: RECOVERY,
  recovery_target_name: RECOVERY,
  recovery_target_time: RECOVERY,
  recovery_target_timeline: RECOVERY,
  recovery_target_xid: RECOVERY,
  restart_after_crash: "Patroni restarts a crashed server, so that it can hand over first",
  restore_command: RECOVERY,
  search_path:
    "it belongs to a role or a database: ALTER ROLE … SET search_path; updates rely on the server's own",
  session_replication_role: "foreign keys and triggers would do nothing",
  shared_preload_libraries: "it follows from postgres.extensions",
  session_preload_libraries: "it follows from postgres.extensions",
  local_preload_libraries: "it follows from postgres.extensions",
  ssl: TLS,
  ssl_ca_file: TLS,
  ssl_cert_file: TLS,
  ssl_ciphers: TLS,
  ssl_crl_dir: TLS,
  ssl_crl_file: TLS,
  ssl_dh_params_file: TLS,
  ssl_ecdh_curve: TLS,
  ssl_groups: TLS,
  ssl_key_file: TLS,
  ssl_max_protocol_version: TLS_VERSION,
  ssl_min_protocol_version: TLS_VERSION,
  ssl_passphrase_command: TLS,
  ssl_passphrase_command_supports_reload: TLS,
  ssl_prefer_server_ciphers: TLS,
  ssl_tls13_ciphers: TLS,
  synchronous_commit: DURABILITY,
  synchronous_standby_names: DURABILITY,
  synchronized_standby_slots: DURABILITY,
  track_counts: "autovacuum does not run without it",
  transaction_deferrable: SESSION,
  transaction_isolation: SESSION,
  transaction_read_only: SESSION,
  unix_socket_directories: PATHS,
  unix_socket_group: PATHS,
  unix_socket_permissions: "the superuser comes in by the socket alone",
  wal_level: "standbys and logical slots need it",
  wal_log_hints: "pg_rewind needs it",
  wal_receiver_timeout: RTO,
  wal_retrieve_retry_interval: RTO,
  wal_sender_timeout: RTO,
};

/** Why a user may not set the parameter; undefined when they may. */
export function ownedBecause(parameter: ParameterMetadata): string | undefined {
  if (parameter.context === "internal") {
    return "it is fixed when the server is built or the cluster is initialised";
  }
  if (parameter.category === "Developer Options") {
    return "it is for the server's developers, and some of these lose data";
  }
  return OWNED[parameter.name];
}
