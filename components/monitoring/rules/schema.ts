import { z } from "zod";
import { count, number } from "../../fields.ts";

const percent = () => number(1, 100);
const seconds = (maximum = 31 * 24 * 3600) => count(1, maximum);

/** From which value on somebody is told. How long it has to last is in the rules. */
export const thresholdsSchema = z
  .strictObject({
    replicationLagCriticalSeconds: seconds()
      .default(60)
      .describe("ReplicationLagCritical: a standby is further behind, for two minutes."),
    replicationLagHighSeconds: seconds()
      .default(10)
      .describe("ReplicationLagHigh: a standby is further behind, for five minutes."),
    diskUsedCriticalPercent: percent()
      .default(90)
      .describe("DiskSpaceCritical: more of a data volume is used."),
    diskFreeLowPercent: percent().default(20).describe("DiskSpaceLow: less of a file system is free."),
    diskFullWithinHours: count(1, 720)
      .default(24)
      .describe("DiskFillsUp: as the last six hours went, a data volume is full within so many hours."),
    cpuPercent: percent().default(80).describe("CpuHigh: more is used of all processors, for five minutes."),
    memoryPercent: percent().default(80).describe("MemoryHigh: more is used, for five minutes."),
    clockSkewSeconds: number(0.01, 60)
      .default(0.5)
      .describe("ClockSkew: a host's clock differs by more, for five minutes."),
    certificateCriticalDays: count(1, 90)
      .default(7)
      .describe("CertificateExpiresSoon: a certificate ends within so many days."),
    certificateRenewalDays: count(1, 365)
      .default(21)
      .describe(
        "CertificateRenewalDue: a certificate ends within so many days, and no update has renewed it; at most tls.renewBeforeDays.",
      ),
    poolWaitSeconds: seconds(600)
      .default(3)
      .describe(
        "PoolExhausted: a client waits longer for a connection of its pool. A switchover holds pools for two.",
      ),
    poolClientsPercent: percent()
      .default(90)
      .describe("PoolClientsNearLimit: more is used of the clients that a pooler takes."),
    connectionsPercent: percent()
      .default(80)
      .describe("TooManyConnections: more is used of a server's connections that are not reserved."),
    transactionSeconds: seconds().default(3600).describe("LongRunningTransaction: one is open for longer."),
    lockWaitSeconds: seconds().default(60).describe("LockWaits: a session waits longer for a lock."),
    deadlocksPerHour: count(1, 100_000)
      .default(10)
      .describe("DeadlockRateHigh: there are more in a database."),
    cacheHitPercent: percent()
      .default(95)
      .describe("CacheHitLow: fewer of a database's blocks are found in the server's memory."),
    cacheBlocksPerSecond: count(1, 10_000_000)
      .default(100)
      .describe("CacheHitLow: of a database that reads fewer blocks nothing is said."),
    checkpointSeconds: seconds()
      .default(300)
      .describe("CheckpointTooSlow: checkpoints take longer, and take up checkpointBusyPercent of the time."),
    checkpointBusyPercent: percent()
      .default(95)
      .describe(
        "CheckpointTooSlow: the part of an hour in which checkpoints write. 90 is what the server aims at under load.",
      ),
    wraparoundTransactions: count(100_000_000, 2_100_000_000)
      .default(1_500_000_000)
      .describe(
        "TransactionIdWraparound: a database is further from its oldest frozen transaction. At 2.1 billion nothing can be written.",
      ),
    transactionIdAge: count(100_000_000, 2_100_000_000)
      .default(500_000_000)
      .describe("TransactionIdAgeHigh: the same, for an hour. Autovacuum freezes from 200 million on."),
    xminAgeTransactions: count(10_000, 2_000_000_000)
      .default(10_000_000)
      .describe(
        "VacuumHeldBack: something keeps what so many transactions left from being cleaned up, for 15 minutes.",
      ),
    slotRetainedPercent: percent()
      .default(15)
      .describe("SlotRetainsWal: more of the data volume holds WAL for one slot. At 30 the server drops it."),
    archiveWaitingFiles: count(1, 100_000)
      .default(5)
      .describe("ArchiveQueueGrowing: more WAL files wait to be archived, for five minutes."),
    backupAgeHours: count(1, 8760)
      .default(25)
      .describe("NoRecentBackup: the last base backup is older. They are daily."),
    uploadWaitSeconds: seconds()
      .default(300)
      .describe("WalUploadLate: a WAL file waits longer for its way into the bucket."),
    uploadAgeSeconds: seconds()
      .default(900)
      .describe("WalUploadLate: none was uploaded for longer, though there was WAL for four."),
    statementSeconds: number(0.001, 3600)
      .default(1)
      .describe("StatementsSlow: a statement takes longer on average, for 15 minutes."),
    bloatPercent: percent()
      .default(50)
      .describe("TableBloatHigh: more of a table is estimated to be unused."),
    unusedIndexDays: count(1, 90)
      .default(7)
      .describe(
        "IndexUnused: no member has used an index for so many days. Needs monitoring.retention.days of more.",
      ),
    etcdFsyncSeconds: number(0.001, 10)
      .default(0.1)
      .describe("EtcdDiskSlow: one in a hundred writes of a member of etcd takes longer, for ten minutes."),
    etcdDatabasePercent: percent()
      .default(80)
      .describe("EtcdDatabaseLarge: etcd has used more of its quota. When it is used up, nobody can lead."),
  })
  .describe("When somebody is told, by alert. Each has a page in docs/runbooks.");
export type Thresholds = z.infer<typeof thresholdsSchema>;
