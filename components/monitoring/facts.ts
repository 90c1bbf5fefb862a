import type { BackupsConfig } from "../barman/schema.ts";
import type { NotificationsConfig } from "../jobs/schema.ts";
import { hostsOf, type Topology } from "../model.ts";
import type { Availability } from "../patroni/schema.ts";
import type { PostgresConfig } from "../postgres/schema.ts";
import { BACKUP_REPORT, RECOVERY_WINDOW } from "../report/names.ts";
import { BUCKET_EXPIRY, RESTORE_TEST } from "../restore/names.ts";
import type { RestoreTestConfig } from "../restore/schema.ts";
import type { TlsConfig } from "../tls/schema.ts";
import { grafanaUrl } from "./grafana/names.ts";
import type { ClusterFacts } from "./rules/rule.ts";
import type { Thresholds } from "./rules/schema.ts";
import type { MonitoringConfig } from "./schema.ts";
import { targetsOf } from "./scrape.ts";

export interface MonitoringPlan {
  readonly topology: Topology;
  readonly postgres: Pick<PostgresConfig, "version">;
  readonly availability: Pick<Availability, "durability">;
  readonly backups: Pick<BackupsConfig, "restoreTest">;
  readonly monitoring: MonitoringConfig;
  readonly tls: Pick<TlsConfig, "renewBeforeDays">;
  readonly notifications: NotificationsConfig;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The longest time between two tests that are on time, and a run. The first Sundays of two months are 35 days apart at most. */
const TEST_DAYS: Readonly<Record<RestoreTestConfig["every"], number>> = { month: 36, week: 8, day: 2 };

/** What the rules of a cluster know of it: pure. */
export function clusterFacts({ topology, availability, backups, monitoring }: MonitoringPlan): ClusterFacts {
  const names = (role: "database" | "proxy") => hostsOf(topology.hosts, role).map(({ name }) => name);
  return {
    members: names("database"),
    proxies: names("proxy"),
    durability: availability.durability,
    jobs: [
      { name: "barman-backup", overdueSeconds: 25 * HOUR },
      { name: "barman-check", overdueSeconds: 2 * HOUR },
      { name: BUCKET_EXPIRY, overdueSeconds: 26 * HOUR },
      { name: RECOVERY_WINDOW, overdueSeconds: 2 * HOUR },
      { name: RESTORE_TEST, overdueSeconds: TEST_DAYS[backups.restoreTest.every] * DAY },
      { name: BACKUP_REPORT, overdueSeconds: 32 * DAY },
    ],
    targets: targetsOf(topology),
    runbooks: monitoring.runbooks,
    ...(monitoring.grafana === undefined ? {} : { dashboards: grafanaUrl(topology, monitoring.grafana) }),
  };
}

/** As configured, but nobody is told of a certificate before an update would renew it: pure. */
export function thresholdsOf({ monitoring: { thresholds }, tls }: MonitoringPlan): Thresholds {
  const days = (configured: number) => Math.min(configured, tls.renewBeforeDays);
  return {
    ...thresholds,
    certificateCriticalDays: days(thresholds.certificateCriticalDays),
    certificateRenewalDays: days(thresholds.certificateRenewalDays),
  };
}
