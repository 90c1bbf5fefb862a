/** The one place of port numbers. A port that no flow names is closed by the host's firewall. */
export const PORTS = {
  ssh: 22,
  etcdClient: 2379,
  etcdPeer: 2380,
  postgres: 5432,
  patroniRest: 8008,
  haproxyWriter: 5000,
  haproxyReader: 5001,
  haproxySyncReader: 5002,
  haproxyMetrics: 8404,
  haproxyHealth: 8405,
  pgbouncerWriter: 6432,
  pgbouncerReader: 6433,
} as const;
