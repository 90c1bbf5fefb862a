import type { AlertCase } from "./case.ts";
import { AVAILABILITY_CASES } from "./cases/availability.ts";
import { BACKUP_CASES } from "./cases/backups.ts";
import { CONSENSUS_CASES } from "./cases/consensus.ts";
import { HOST_CASES } from "./cases/hosts.ts";
import { JOB_CASES } from "./cases/jobs.ts";
import { MONITORING_CASES } from "./cases/monitoring.ts";
import { POOL_CASES } from "./cases/pools.ts";
import { POSTGRES_CASES } from "./cases/postgres.ts";
import { REPLICATION_CASES } from "./cases/replication.ts";
import { TABLE_CASES } from "./cases/tables.ts";

/** One for each alert. */
export const ALERT_CASES: readonly AlertCase[] = [
  ...AVAILABILITY_CASES,
  ...REPLICATION_CASES,
  ...CONSENSUS_CASES,
  ...POOL_CASES,
  ...HOST_CASES,
  ...BACKUP_CASES,
  ...POSTGRES_CASES,
  ...TABLE_CASES,
  ...JOB_CASES,
  ...MONITORING_CASES,
];
