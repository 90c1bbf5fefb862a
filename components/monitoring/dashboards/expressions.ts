import { alertsFiring, leaderChanged } from "./annotations.ts";
import { definitions } from "./definitions.ts";
import type { DashboardFacts } from "./facts.ts";
import { type Dashboard, queriesOf, type Step } from "./panel.ts";

/** A question that a dashboard asks, as Prometheus itself takes it. */
export interface Expression {
  readonly dashboard: string;
  /** The panel's title, or what else asks. */
  readonly panel: string;
  readonly expr: string;
  /** Why a healthy cluster may have nothing to show here. */
  readonly mayBeEmpty?: string;
}

/** Everything that dashboards ask: of panels, variables and annotations. */
export const expressions = (facts: DashboardFacts): readonly Expression[] =>
  definitions(facts).flatMap((dashboard) => [
    ...panels(dashboard),
    ...dashboard.variables.map(({ name, series }) => ({
      dashboard: dashboard.title,
      panel: `variable ${name}`,
      expr: series,
    })),
    ...[alertsFiring, leaderChanged].map(({ title, expr }) => ({
      dashboard: dashboard.title,
      panel: `annotation ${title}`,
      expr: replaced(expr, "15s"),
      mayBeEmpty: "nothing has happened",
    })),
  ]);

const panels = ({ title: dashboard, sections }: Dashboard): readonly Expression[] =>
  sections
    .flatMap((section) => section.panels)
    .flatMap((panel) =>
      queriesOf(panel).map(({ expr, step = "5s", mayBeEmpty }) => ({
        dashboard,
        panel: panel.title,
        expr: replaced(expr, step),
        ...(mayBeEmpty !== undefined && { mayBeEmpty }),
      })),
    );

/** Grafana's smallest range for a rate is of four steps. */
const RATE: Readonly<Record<Step, string>> = { "5s": "20s", "15s": "1m", "1m": "4m" };

/** With all hosts and databases chosen, for the last hour. */
const replaced = (expr: string, step: Step): string =>
  expr
    .replaceAll("$__rate_interval", RATE[step])
    .replaceAll("$__interval", step)
    .replaceAll("$__range", "1h")
    .replaceAll(/\$(host|datname)\b/g, ".*");
