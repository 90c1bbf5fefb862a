import type { ClusterFacts, RuleGroup } from "../../../components/monitoring/rules/rule.ts";
import { alertRules } from "../../../components/monitoring/rules/rules.ts";
import { thresholdsSchema } from "../../../components/monitoring/rules/schema.ts";

const MEMBERS = ["db-1", "db-2", "db-3"];
const PROXIES = ["proxy-1", "proxy-2"];
const OPERATIONS = "ops-1";
const HOUR = 3600;
const DAY = 24 * HOUR;

const each = (job: string, instances: readonly string[]) => instances.map((instance) => ({ job, instance }));

/** The cluster that the cases of alerts are about. */
export const FACTS: ClusterFacts = {
  members: MEMBERS,
  proxies: PROXIES,
  durability: "strict",
  jobs: [
    { name: "barman-backup", overdueSeconds: 25 * HOUR },
    { name: "barman-check", overdueSeconds: 2 * HOUR },
    { name: "bucket-expiry", overdueSeconds: 26 * HOUR },
    { name: "recovery-window", overdueSeconds: 2 * HOUR },
    { name: "restore-test", overdueSeconds: 36 * DAY },
    { name: "backup-report", overdueSeconds: 32 * DAY },
  ],
  targets: [
    ...each("node", [...MEMBERS, ...PROXIES, OPERATIONS]),
    ...["postgres", "patroni", "etcd"].flatMap((job) => each(job, MEMBERS)),
    ...each("haproxy", PROXIES),
    ...["writer", "reader"].flatMap((pooler) =>
      each("pgbouncer", PROXIES).map((target) => ({ ...target, pooler })),
    ),
    ...["prometheus", "alertmanager"].flatMap((job) => each(job, [OPERATIONS])),
  ],
  runbooks: "https://example.com/docs/runbooks",
  dashboards: "https://ops-1:3000",
};

export const THRESHOLDS = thresholdsSchema.parse({});
export const GROUPS: readonly RuleGroup[] = alertRules(THRESHOLDS, FACTS);
export const RULES = GROUPS.flatMap(({ rules }) => rules);
