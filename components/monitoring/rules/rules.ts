import { availabilityRules } from "./availability.ts";
import { backupRules } from "./backups.ts";
import { consensusRules } from "./consensus.ts";
import { hostRules } from "./hosts.ts";
import { jobRules } from "./jobs.ts";
import { monitoringRules } from "./monitoring.ts";
import { poolRules } from "./pools.ts";
import { postgresRules } from "./postgres.ts";
import { replicationRules } from "./replication.ts";
import { type AlertRule, type ClusterFacts, type RuleGroup, SUBJECTS } from "./rule.ts";
import type { Thresholds } from "./schema.ts";
import { tableRules } from "./tables.ts";

/** What pages is looked at so often that a fault is told within 20 s; nobody reads the rest that soon. */
export const CRITICAL_SECONDS = 2;
const OTHER_SECONDS = 15;

/** Every alert, by the group in which it is evaluated: pure. */
export function alertRules(thresholds: Thresholds, facts: ClusterFacts): readonly RuleGroup[] {
  const all = [
    ...availabilityRules(facts),
    ...replicationRules(thresholds, facts),
    ...consensusRules(thresholds, facts),
    ...poolRules(thresholds),
    ...hostRules(thresholds),
    ...backupRules(thresholds, facts),
    ...postgresRules(thresholds),
    ...tableRules(thresholds),
    ...jobRules(facts),
    ...monitoringRules(facts),
  ];
  // What keeps pages back has to be known as soon as they are.
  const pages = ({ severity, name }: AlertRule) => severity === "critical" || name === "HostInMaintenance";
  return [
    { name: "critical", intervalSeconds: CRITICAL_SECONDS, rules: all.filter(pages) },
    ...SUBJECTS.map((subject) => ({
      name: subject,
      intervalSeconds: OTHER_SECONDS,
      rules: all.filter((rule) => rule.subject === subject && !pages(rule)),
    })),
  ].filter(({ rules }) => rules.length > 0);
}
