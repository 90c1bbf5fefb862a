export function layerParameters(_: object): {
  dynamic: Record<string, string | number | boolean>;
  local: Record<string, string | number | boolean>;
} {
  return {
    dynamic: {
      max_connections: 100,
      wal_level: "logical",
      hot_standby: true,
      max_wal_senders: 12,
      max_replication_slots: 12,
      wal_log_hints: true,
      ssl: true,
      ssl_cert_file: "/etc/postgresql/tls/server.crt",
      ssl_key_file: "/etc/postgresql/tls/server.key",
      ssl_ca_file: "/etc/postgresql/tls/ca.crt",
      password_encryption: "scram-sha-256",
      archive_mode: true,
      archive_command: "/bin/true",
      shared_preload_libraries: "pg_stat_statements",
      restart_after_crash: false,
      wal_sender_timeout: "10s",
      wal_receiver_timeout: "10s",
      logging_collector: false,
    },
    local: { shared_buffers: "256MB", effective_cache_size: "768MB" },
  };
}
