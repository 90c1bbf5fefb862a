import { stringify } from "yaml";
import type { AlertRule, ClusterFacts, RuleGroup } from "./rule.ts";

type Links = Pick<ClusterFacts, "runbooks" | "dashboards">;

/** The page that says what to do, below the base of all of them. */
const runbookUrl = ({ runbooks }: Links, name: string): string => `${runbooks.replace(/\/$/, "")}/${name}.md`;

/** What an alert carries besides its text: pure. */
export const linksOf = ({ name, dashboard }: AlertRule, links: Links): Readonly<Record<string, string>> => ({
  runbook_url: runbookUrl(links, name),
  ...(links.dashboards === undefined
    ? {}
    : { dashboard_url: `${links.dashboards.replace(/\/$/, "")}/d/holdfast-${dashboard}` }),
});

/** What comes and goes every few seconds, as a pool that is just full enough, is one page: so long it counts as still there. */
export const keepsFiring = ({ severity }: Pick<AlertRule, "severity">): number =>
  severity === "critical" ? 30 : 0;

/** A file of rules for Prometheus: pure. */
export const renderRules = (groups: readonly RuleGroup[], links: Links): string =>
  `# Managed by Holdfast.\n${stringify(
    {
      groups: groups.map(({ name, intervalSeconds, rules }) => ({
        name,
        interval: `${intervalSeconds}s`,
        rules: rules.map((rule) => ({
          alert: rule.name,
          expr: rule.expr,
          ...(rule.forSeconds === 0 ? {} : { for: `${rule.forSeconds}s` }),
          ...(keepsFiring(rule) === 0 ? {} : { keep_firing_for: `${keepsFiring(rule)}s` }),
          labels: { severity: rule.severity, subject: rule.subject },
          annotations: {
            summary: rule.summary,
            description: rule.description,
            ...linksOf(rule, links),
          },
        })),
      })),
    },
    { lineWidth: 0 },
  )}`;
