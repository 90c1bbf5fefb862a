import type { Thresholds } from "../rules/schema.ts";
import type { DashboardFacts } from "./facts.ts";

/** From where on a value is yellow, and red; either may be missing. */
export type Level = { readonly warning: number; readonly critical?: number } | { readonly critical: number };

/** The more the worse, or the less the worse. */
export type Bounds = { readonly above: Level } | { readonly below: Level };

/** Good at 0, and bad at anything else. */
export const NONE: Bounds = { above: { critical: 1 } };

const HOUR = 3600;
const HOURS_OF_DAY = 24;

/**
 * The alerts' thresholds in the units of panels, so that a panel turns red where somebody is woken, and yellow where an
 * alert is for the day.
 */
export const levelsOf = (thresholds: Thresholds) =>
  ({
    lagSeconds: {
      above: {
        warning: thresholds.replicationLagHighSeconds,
        critical: thresholds.replicationLagCriticalSeconds,
      },
    },
    connectionsRatio: { above: { warning: thresholds.connectionsPercent / 100 } },
    diskUsedRatio: {
      above: {
        warning: 1 - thresholds.diskFreeLowPercent / 100,
        critical: thresholds.diskUsedCriticalPercent / 100,
      },
    },
    diskFullInDays: { below: { warning: thresholds.diskFullWithinHours / HOURS_OF_DAY } },
    cpuRatio: { above: { warning: thresholds.cpuPercent / 100 } },
    memoryRatio: { above: { warning: thresholds.memoryPercent / 100 } },
    clockSkewSeconds: { above: { warning: thresholds.clockSkewSeconds } },
    certificateDays: {
      below: {
        warning: thresholds.certificateRenewalDays,
        critical: thresholds.certificateCriticalDays,
      },
    },
    poolWaitSeconds: { above: { critical: thresholds.poolWaitSeconds } },
    transactionSeconds: { above: { warning: thresholds.transactionSeconds } },
    lockWaitSeconds: { above: { warning: thresholds.lockWaitSeconds } },
    cacheHitRatio: { below: { warning: thresholds.cacheHitPercent / 100 } },
    frozenAge: {
      above: { warning: thresholds.transactionIdAge, critical: thresholds.wraparoundTransactions },
    },
    xminAge: { above: { warning: thresholds.xminAgeTransactions } },
    slotRetainedRatio: { above: { warning: thresholds.slotRetainedPercent / 100 } },
    archiveWaitingFiles: { above: { warning: thresholds.archiveWaitingFiles } },
    backupAgeSeconds: { above: { critical: thresholds.backupAgeHours * HOUR } },
    uploadWaitSeconds: { above: { warning: thresholds.uploadWaitSeconds } },
    uploadAgeSeconds: { above: { warning: thresholds.uploadAgeSeconds } },
    statementSeconds: { above: { warning: thresholds.statementSeconds } },
    bloatRatio: { above: { warning: thresholds.bloatPercent / 100 } },
    etcdFsyncSeconds: { above: { warning: thresholds.etcdFsyncSeconds } },
    etcdDatabaseRatio: { above: { warning: thresholds.etcdDatabasePercent / 100 } },
  }) as const satisfies Readonly<Record<string, Bounds>>;

export type Levels = ReturnType<typeof levelsOf>;

/** What definitions of dashboards are made from. */
export interface Known extends Omit<DashboardFacts, "thresholds"> {
  readonly levels: Levels;
}
