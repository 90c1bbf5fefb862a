/** The thresholds of alerts that panels show, by the names that they have in the configuration. */
export interface DashboardThresholds {
  readonly replicationLagCriticalSeconds: number;
  readonly replicationLagHighSeconds: number;
  readonly diskUsedCriticalPercent: number;
  readonly diskFreeLowPercent: number;
  readonly diskFullWithinHours: number;
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly clockSkewSeconds: number;
  readonly certificateCriticalDays: number;
  readonly certificateRenewalDays: number;
  readonly poolWaitSeconds: number;
  readonly connectionsPercent: number;
  readonly transactionSeconds: number;
  readonly lockWaitSeconds: number;
  readonly cacheHitPercent: number;
  readonly wraparoundTransactions: number;
  readonly transactionIdAge: number;
  readonly xminAgeTransactions: number;
  readonly slotRetainedPercent: number;
  readonly archiveWaitingFiles: number;
  readonly backupAgeHours: number;
  readonly uploadWaitSeconds: number;
  readonly uploadAgeSeconds: number;
  readonly statementSeconds: number;
  readonly bloatPercent: number;
  readonly etcdFsyncSeconds: number;
  readonly etcdDatabasePercent: number;
}

/** What dashboards know of a cluster beforehand; everything else they ask Prometheus. */
export interface DashboardFacts {
  readonly cluster: string;
  /** How many database hosts there are. */
  readonly members: number;
  /** Every scheduled job, so that one that has never run is seen, too. */
  readonly jobs: readonly string[];
  readonly thresholds: DashboardThresholds;
}
