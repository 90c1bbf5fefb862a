/** Alerts that no drill causes, and why; promtool's cases (test/support/alerts) hold for these as for all others. */
export const NOT_CAUSED: Readonly<Record<string, string>> = {
  CheckpointTooSlow: "checkpoints would have to write through most of an hour",
  ClockSkew: "containers have the machine's clock",
  CpuHigh: "hosts of a lab tell of the machine's processors, all of which would have to be busy",
  DiskFillsUp: "it takes half an hour of growth",
  EtcdDiskSlow: "the disks of a lab are as fast as the machine's, for whatever they are used",
  JobOverdue: "it takes two hours at least",
  MemoryHigh: "hosts of a lab tell of the machine's memory, which others need",
  MetricsStale: "it takes an hour",
  NoRecentBackup:
    "there must have been none for an hour at least, and none is taken by a clock that was set back",
  PatroniPaused: "it takes an hour",
  PendingRestart: "it takes a day",
  RestoreTestOverdue: "it takes two days at least",
  TransactionIdAgeHigh: "it takes a hundred million transactions and an hour",
  TransactionIdWraparound: "it takes a hundred million transactions",
};
