/** Alerts that no drill causes, and why; promtool's cases (test/support/alerts) hold for these as for all others. */
export const NOT_CAUSED: Readonly<Record<string, string>> = {
  CheckpointTooSlow: "checkpoints would have to write through most of an hour",
  ClockSkew: "containers have the machine's clock",
  CpuHigh: "hosts of a lab tell of the machine's processors, all of which would have to be busy",
  DiskFillsUp: "it takes half an hour of growth",
  EtcdDiskSlow: "the disks of a lab are as fast as the machine's, for whatever they are used",
  MemoryHigh: "hosts of a lab tell of the machine's memory, which others need",
  PatroniPaused: "it takes an hour",
  PendingRestart: "it takes a day",
  TransactionIdAgeHigh: "it takes a hundred million transactions and an hour",
  TransactionIdWraparound: "it takes a hundred million transactions",
};
