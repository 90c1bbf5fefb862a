import { BARMAN_BACKUP } from "./jobs.ts";

/** One of Alertmanager's inhibit_rules: while a source fires, its targets are not told of. */
// A type, because it goes where any object of the configuration goes.
export type InhibitRule = {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
};

/** The source's name, those of the targets, and what both have to have in common beside the cluster. */
const hides = (source: string, targets: readonly string[], equal: readonly string[] = []): InhibitRule => ({
  source_matchers: [`alertname="${source}"`],
  target_matchers: [`alertname=~"${targets.join("|")}"`],
  equal: ["cluster", ...equal],
});

/** What a host looks like from outside while an operator has it restarted, made anew, copied again, or out of service. */
export const CAUSED_BY_ORDER: readonly string[] = [
  ...["HostDown", "PostgreSQLDown", "PatroniDown", "ProxyDown", "EtcdMemberDown", "PoolExhausted"],
  ...["ReplicationBroken", "ReplicationLagCritical", "ReplicationLagHigh", "TimelineMismatch"],
  ...["UnitFailed", "UnitCrashed", "ExporterDown", "MetricsMissing", "MetricsStale", "StatisticsFailing"],
];

/** What follows from something else is not told of beside it. */
export const INHIBITION: readonly InhibitRule[] = [
  {
    source_matchers: ['alertname="HostDown"'],
    target_matchers: ['alertname!~"HostDown|HostInMaintenance"'],
    equal: ["cluster", "instance"],
  },
  {
    source_matchers: ['alertname="HostDown"', 'role="database"'],
    target_matchers: ['alertname="TooFewStandbys"'],
    equal: ["cluster"],
  },
  // Ordered by somebody, who knows.
  hides("HostInMaintenance", CAUSED_BY_ORDER, ["instance"]),
  {
    source_matchers: ['alertname="HostInMaintenance"', 'role="database"'],
    target_matchers: ['alertname="TooFewStandbys"'],
    equal: ["cluster"],
  },
  hides("EtcdNoQuorum", ["EtcdMemberDown"]),
  hides("NoLeader", [
    ...["ReplicationBroken", "ReplicationLagCritical", "ReplicationLagHigh", "TooFewStandbys"],
    ...["NoSynchronousStandby", "WriterEndpointDown", "ProxyDown", "PoolExhausted", "WalStreamBroken"],
  ]),
  hides("WriterEndpointDown", ["ProxyDown", "PoolExhausted", "WalStreamBroken"]),
  hides(
    "PostgreSQLDown",
    ["ReplicationBroken", "ReplicationLagCritical", "ReplicationLagHigh", "ExporterDown", "MetricsMissing"],
    ["instance"],
  ),
  hides("ReplicationBroken", ["ReplicationLagCritical", "ReplicationLagHigh"], ["instance"]),
  hides("ReplicationBroken", ["TooFewStandbys"]),
  hides("NoSynchronousStandby", ["TooFewStandbys"]),
  hides("ExporterDown", ["MetricsMissing"], ["instance"]),
  hides("PrometheusBlind", ["TargetMissing"]),
  hides("BucketUnreachable", ["WalUploadLate"]),
  {
    source_matchers: ['alertname="NoRecentBackup"'],
    target_matchers: ['alertname=~"JobFailed"', `job_name="${BARMAN_BACKUP}"`],
    equal: ["cluster"],
  },
  hides("ArchivingFailing", ["ArchiveQueueGrowing"], ["instance"]),
  // The same matter, less of it.
  hides("ReplicationLagCritical", ["ReplicationLagHigh"], ["instance"]),
  hides("DiskSpaceCritical", ["DiskSpaceLow", "DiskFillsUp"], ["instance", "mountpoint"]),
  hides("CertificateExpiresSoon", ["CertificateRenewalDue"], ["instance", "path"]),
  hides("TransactionIdWraparound", ["TransactionIdAgeHigh"], ["datname", "kind"]),
];
