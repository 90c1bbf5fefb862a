import { type AlertCase, always, gauge, lost, of, on } from "../case.ts";

const etcd = (instance: string) => of("etcd", instance);

export const CONSENSUS_CASES: readonly AlertCase[] = [
  {
    alert: "EtcdNoQuorum",
    pace: "page",
    series: {
      [etcd("db-1")("up")]: always(1),
      [etcd("db-2")("up")]: gauge(1, 0, 0),
      [etcd("db-3")("up")]: always(1),
      [etcd("db-1")("etcd_server_has_leader")]: lost(1, 0),
      [etcd("db-2")("etcd_server_has_leader")]: gauge(1, "none", 0),
      [etcd("db-3")("etcd_server_has_leader")]: always(1),
    },
    firesIn: 10,
    labels: {},
    description: "2 of 3 members of etcd are down or know no leader: nobody can be elected.",
  },
  {
    alert: "EtcdMemberDown",
    pace: "minutes",
    series: { [etcd("db-3")("up")]: lost(1, 0) },
    labels: on("etcd", "db-3"),
    description:
      "The member of etcd on db-3 does not answer, or knows no leader (0). The others have less to spare.",
  },
  {
    alert: "FailsafeModeActive",
    pace: "minutes",
    series: { [of("patroni", "db-1")("patroni_failsafe_mode_is_active")]: lost(0, 1) },
    labels: {},
    description:
      "Patroni cannot use etcd (1): the primary goes on as long as all members answer it, and nobody can take over.",
  },
  {
    alert: "EtcdDiskSlow",
    pace: "minutes",
    series: Object.fromEntries(
      [
        ["0.064", 0, 0.99],
        ["0.256", 1, 1],
        ["+Inf", 1, 1],
      ].map(([le, bad, below]) => [
        etcd("db-1")("etcd_disk_wal_fsync_duration_seconds_bucket", { le: String(le) }),
        { kind: "counter", good: 1, bad: Number(bad), below: Number(below) },
      ]),
    ),
    firesIn: 600,
    endsIn: 300,
    labels: { instance: "db-1" },
    description:
      "One in a hundred writes of etcd on db-1 takes 254.1ms or longer: a lease may be lost by that.",
  },
  {
    alert: "EtcdDatabaseLarge",
    pace: "minutes",
    series: {
      [etcd("db-1")("etcd_mvcc_db_total_size_in_bytes")]: gauge(100, 810, 800),
      [etcd("db-1")("etcd_server_quota_backend_bytes")]: always(1000),
    },
    labels: { instance: "db-1" },
    description: "81 % of the quota is used. When it is used up, etcd takes no more writes.",
  },
  {
    alert: "EtcdMemberDown",
    way: "without-leader",
    pace: "minutes",
    series: {
      [etcd("db-3")("up")]: always(1),
      [etcd("db-3")("etcd_server_has_leader")]: lost(1, 0),
      [etcd("db-1")("etcd_server_has_leader")]: always(1),
    },
    labels: on("etcd", "db-3"),
    description:
      "The member of etcd on db-3 does not answer, or knows no leader (0). The others have less to spare.",
  },
];
