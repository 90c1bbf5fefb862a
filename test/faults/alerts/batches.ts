import * as availability from "./availability.ts";
import * as backups from "./backups.ts";
import * as consensus from "./consensus.ts";
import { AT_ONCE, type Batch, type Drill } from "./drill.ts";
import * as hosts from "./hosts.ts";
import * as jobs from "./jobs.ts";
import * as monitoring from "./monitoring.ts";
import * as pools from "./pools.ts";
import * as postgres from "./postgres.ts";
import * as replication from "./replication.ts";

/** Any lab will do whose operations host has a small disk: what every change is tried with. */
export const OF_EVERY_CHANGE: readonly Batch[] = [
  {
    name: "a proxy, an archive, a disk, a pool",
    drills: [availability.hostKilled, backups.archiveRefuses, hosts.diskFull, pools.poolExhausted],
    besides: [],
  },
  { name: "a server", drills: [availability.serverKilled], besides: [] },
  // The host is not back when another one leads.
  { name: "the primary", drills: [availability.primarysHostKilled], besides: ["HostDown"] },
];

/** Each is told of within the minute, or soon after. */
const QUICK: readonly Batch[] = [
  ...OF_EVERY_CHANGE,
  {
    name: "a standby's replication, and the way of writers",
    drills: [replication.replicationCut, availability.proxiesStopped],
    besides: [],
  },
  { name: "a server that hangs", drills: [availability.serverHangs], besides: [] },
  { name: "etcd", drills: [consensus.quorumLost], besides: [] },
  // PostgreSQL is down, too, on both.
  { name: "whoever confirms commits", drills: [replication.nobodyConfirms], besides: ["PostgreSQLDown"] },
];

/** These need the lab of settings.ts, or time. */
const THOROUGH: readonly Batch[] = [
  // Before WAL is thrown away: by such an account nothing was backed up since.
  {
    name: "what was long ago",
    drills: [backups.backupLongAgo, backups.restoreTestLongAgo, jobs.jobLongAgo],
    besides: [],
  },
  // Before there is no room: what could not be written then is told of for an hour, by the same alert.
  { name: "Prometheus", drills: [monitoring.historyDamaged], besides: [] },
  { name: "WAL that is thrown away", drills: [backups.walLetGo], besides: [] },
  { name: "a monitoring without room", drills: [monitoring.nothingKept], besides: ["DiskSpaceCritical"] },
  { name: "a second primary", drills: [availability.twoLeaders] },
  { name: "damage", drills: [postgres.pageDamaged, backups.restoreTestFails] },
  {
    name: "what has to last for a minute or two",
    drills: [
      ...[availability.proxyStopped, consensus.memberStopped],
      ...[backups.receiverStopped, pools.manyClients, pools.manySessions, postgres.lockHeld],
      ...[postgres.deadlocks, hosts.unitFails, hosts.certificateEnds, monitoring.exporterStopped],
      ...[monitoring.queryFails, monitoring.reloadFails],
    ],
  },
  { name: "a standby's Patroni", drills: [replication.replayPaused] },
  { name: "a change of leader", drills: [replication.leftBehind] },
  {
    name: "what has to last for five to fifteen minutes",
    drills: [
      ...[
        replication.standbyAway,
        replication.replayStands,
        postgres.transactionOpen,
        postgres.readsFromDisk,
      ],
      ...[backups.archiverHangs, backups.bucketGone, hosts.diskLow, consensus.databaseFilled, jobs.jobFails],
      ...[
        monitoring.metricsGone,
        monitoring.metricsOld,
        monitoring.metricsBroken,
        monitoring.targetGone,
        monitoring.ruleFails,
      ],
      ...[monitoring.rulesLate, monitoring.switchRefuses],
    ],
  },
  { name: "Alertmanager", drills: [monitoring.alertsDropped] },
];

export const BATCHES: readonly Batch[] = [...QUICK, ...THOROUGH];

const FILL: readonly Drill[] = [hosts.diskFull, backups.walLetGo, monitoring.nothingKept];

/** What pages at once, and nothing else, on disks as large as the machine's. */
export const PAGES: readonly Batch[] = BATCHES.map(({ drills, ...batch }) => ({
  ...batch,
  drills: drills
    .filter((drill) => !FILL.includes(drill))
    .map((drill) => ({
      ...drill,
      alerts: drill.alerts.filter(({ severity, seconds }) => severity === "critical" && seconds <= AT_ONCE),
    }))
    .filter(({ alerts }) => alerts.length > 0),
})).filter(({ drills }) => drills.length > 0);
