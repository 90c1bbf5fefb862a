import { lines, MINUTE } from "./expression.ts";
import type { AlertRule, ClusterFacts } from "./rule.ts";
import type { Thresholds } from "./schema.ts";

const SUBJECT = { subject: "consensus", dashboard: "replication" } as const;

/** etcd, and what Patroni does without it. */
export const consensusRules = (
  { etcdFsyncSeconds, etcdDatabasePercent }: Thresholds,
  { members }: ClusterFacts,
): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "EtcdNoQuorum",
    severity: "critical",
    expr: lines(
      "count(",
      '  (max_over_time(up{job="etcd"}[14s]) == 0 or on (instance) max_over_time(etcd_server_has_leader[14s]) == 0)',
      '  and on (instance) count_over_time(up{job="etcd"}[14s]) >= 2',
      `) >= ${Math.ceil(members.length / 2)}`,
    ),
    forSeconds: 0,
    summary: "etcd has no quorum",
    description: `{{ $value | humanize }} of ${members.length} members of etcd are down or know no leader: nobody can be elected.`,
  },
  {
    ...SUBJECT,
    name: "EtcdMemberDown",
    severity: "high",
    expr: 'up{job="etcd"} == 0 or on (instance) etcd_server_has_leader == 0',
    forSeconds: 30,
    summary: "etcd is down on {{ $labels.instance }}",
    description:
      "The member of etcd on {{ $labels.instance }} does not answer, or knows no leader ({{ $value | humanize }}). The others have less to spare.",
  },
  {
    ...SUBJECT,
    name: "FailsafeModeActive",
    severity: "high",
    expr: "max(patroni_failsafe_mode_is_active) == 1",
    forSeconds: 15,
    summary: "The cluster runs in failsafe mode",
    description:
      "Patroni cannot use etcd ({{ $value | humanize }}): the primary goes on as long as all members answer it, and nobody can take over.",
  },
  {
    ...SUBJECT,
    name: "EtcdDiskSlow",
    severity: "high",
    expr: `histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > ${etcdFsyncSeconds}`,
    forSeconds: 10 * MINUTE,
    summary: "etcd's disk is slow on {{ $labels.instance }}",
    description:
      "One in a hundred writes of etcd on {{ $labels.instance }} takes {{ $value | humanizeDuration }} or longer: a lease may be lost by that.",
  },
  {
    ...SUBJECT,
    name: "EtcdDatabaseLarge",
    severity: "high",
    expr: `100 * etcd_mvcc_db_total_size_in_bytes / on (instance) etcd_server_quota_backend_bytes > ${etcdDatabasePercent}`,
    forSeconds: 5 * MINUTE,
    summary: "etcd's database on {{ $labels.instance }} is close to its quota",
    description:
      "{{ $value | humanize }} % of the quota is used. When it is used up, etcd takes no more writes.",
  },
];
