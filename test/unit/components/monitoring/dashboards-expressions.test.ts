import { describe, expect, test } from "vitest";
import { definitions } from "../../../../components/monitoring/dashboards/definitions.ts";
import { expressions } from "../../../../components/monitoring/dashboards/expressions.ts";
import { parsePromql } from "../../../support/alerts/promql.ts";
import { FACTS } from "../../../support/dashboard-facts.ts";
import { KNOWN_METRICS, TARGET_LABELS } from "./known-metrics.ts";

const ALL = expressions(FACTS);
const PANELS = definitions(FACTS).flatMap(({ title, variables, sections }) =>
  sections
    .flatMap((section) => section.panels)
    .map((panel) => ({ dashboard: title, variables: variables.map(({ name }) => name), panel })),
);

test.each(ALL.map(({ dashboard, panel, expr }) => [dashboard, panel, expr]))(
  "%s: %s asks for what is scraped: %s",
  (_dashboard, _panel, expr) => {
    expect(expr).not.toContain("$");
    const { errors, selectors, groupings } = parsePromql(expr);
    expect(errors).toEqual([]);
    for (const { metric, labels } of selectors) {
      // What the configuration measures has names of its own.
      if (metric === undefined) continue;
      expect(KNOWN_METRICS.has(metric), `the metric ${metric}`).toBe(true);
      expect([...(KNOWN_METRICS.get(metric) ?? []), ...TARGET_LABELS]).toEqual(
        expect.arrayContaining([...labels]),
      );
    }
    for (const { labels, metrics } of groupings) {
      const known = metrics.flatMap((metric) => KNOWN_METRICS.get(metric) ?? []);
      expect([...known, ...TARGET_LABELS]).toEqual(expect.arrayContaining([...labels]));
    }
  },
);

describe("an expression", () => {
  test("is refused by the parser when it is broken", () => {
    for (const broken of ["sum(", "rate(up[5q])", "up{job=}", "sum by (job) up up", "up{job='a'} andd up"]) {
      expect(parsePromql(broken).errors, broken).not.toEqual([]);
    }
  });

  test("is there for every query of every panel", () => {
    const queries = PANELS.map(
      ({ panel }) => (panel.kind === "table" ? panel.columns : panel.queries).length,
    );
    const ofPanels = ALL.filter(({ panel }) => PANELS.some((each) => each.panel.title === panel));
    expect(ofPanels).toHaveLength(queries.reduce((sum, count) => sum + count, 0));
  });

  test("looks back at least as far as four scrapes of what it asks for", () => {
    const rates = ALL.filter(
      ({ expr }) => expr.includes("pg_databases_commits_total") && expr.includes("rate("),
    );
    expect(rates.length).toBeGreaterThan(1);
    for (const { expr } of rates) expect(expr).toContain("[20s]");
  });
});

describe("a panel", () => {
  test.each(PANELS.map((each) => [each.dashboard, each.panel.title, each] as const))(
    "%s: %s uses variables that its dashboard has",
    (_dashboard, _title, { panel, variables }) => {
      for (const { expr } of panel.kind === "table" ? panel.columns : panel.queries) {
        const used = [...expr.matchAll(/"\$(\w+)"/g)].map(([, name]) => name);
        expect(variables).toEqual(expect.arrayContaining(used));
      }
    },
  );

  test("names its series by labels that they still have", () => {
    for (const { panel } of PANELS) {
      if (panel.kind === "table") continue;
      for (const { expr, legend } of panel.queries) {
        const used = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
        const kept = /^(?:\d+ - )?\w+ by \(([^)]*)\)/.exec(expr)?.[1]?.split(", ");
        if (kept !== undefined) expect(kept, expr).toEqual(expect.arrayContaining(used));
      }
    }
  });

  test("tells its series apart, unless there is one", () => {
    for (const { panel } of PANELS) {
      if (panel.kind === "table") continue;
      const legends = panel.queries.map(({ legend }) => legend);
      expect(new Set(legends).size, panel.title).toBe(legends.length);
      for (const { expr, legend } of panel.queries) {
        const [by] = /\bby \(([^)]*)\)/.exec(expr) ?? [];
        if (by !== undefined && expr.startsWith("sum by")) expect(legend, expr).toContain("{{");
      }
    }
  });

  test("that is a table has the same labels in all of its columns, or they would not be one row", () => {
    for (const { panel } of PANELS) {
      if (panel.kind !== "table" || panel.columns.length === 1) continue;
      const labels = Object.keys(panel.labels);
      for (const { expr } of panel.columns) {
        const groups = parsePromql(expr.replaceAll(/\$\w+/g, "1h")).groupings.map((each) => [...each.labels]);
        expect(groups, `${panel.title}: ${expr}`).toContainEqual(labels);
      }
    }
  });
});
