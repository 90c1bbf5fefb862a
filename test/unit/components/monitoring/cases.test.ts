import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { PACES } from "../../../support/alerts/case.ts";
import { ALERT_CASES } from "../../../support/alerts/cases.ts";
import { GROUPS, RULES } from "../../../support/alerts/facts.ts";
import { KINDS, neededBy, promtoolFiles, timesOf } from "../../../support/alerts/promtool.ts";
import { SCENES } from "../../../support/alerts/scenes.ts";

const FILES = promtoolFiles(GROUPS, ALERT_CASES, SCENES);

const fileSchema = z.object({
  tests: z.array(
    z.object({ name: z.string(), promql_expr_test: z.array(z.object({ expr: z.string() })).default([]) }),
  ),
});
const testsOf = (name: string) => fileSchema.parse(parse(FILES.get(name) ?? "")).tests;

describe("promtool's cases", () => {
  test("are there for each alert, once for each way to fire", () => {
    expect([...new Set(ALERT_CASES.map(({ alert }) => alert))].sort()).toEqual(
      RULES.map(({ name }) => name).sort(),
    );
    const ways = ALERT_CASES.map(({ alert, way }) => `${alert} ${way}`);
    expect(new Set(ways).size).toBe(ways.length);
  });

  test.each(RULES.map((rule) => [rule.name, rule] as const))("%s has one of every kind", (name, rule) => {
    expect(testsOf(`${name}.test.yml`).map((each) => each.name)).toEqual(
      KINDS.map((kind) => `${name} ${kind}`),
    );
    const asked = testsOf("missing.test.yml").flatMap((each) =>
      each.promql_expr_test.map(({ expr }) => expr),
    );
    expect(asked.filter((expr) => expr.includes(`alertname="${name}"`))).not.toEqual([]);
    const untold = neededBy(rule).filter(
      (metric) => !asked.some((expr) => expr.includes(`metric="${metric}"`)),
    );
    expect(untold).toEqual([]);
  });

  test("what is just below differs from what is bad", () => {
    const same = ALERT_CASES.filter(
      ({ series, firesAlways }) =>
        !firesAlways && Object.values(series).every(({ bad, below }) => bad === below),
    );
    expect(same.map(({ alert }) => alert)).toEqual([]);
  });
});

/** The longest that a scrape may take until it is given up, and that delivery takes. */
const SLOW_SCRAPE = 4;
/** Longer by what they are: lag that lasts. */
const LASTING = ["ReplicationLagCritical"];

describe("what pages", () => {
  const pages = ALERT_CASES.flatMap((each) => {
    const rule = RULES.find(({ name }) => name === each.alert);
    return rule?.severity === "critical" && !LASTING.includes(each.alert) ? [{ each, rule }] : [];
  });

  test.each(pages.map(({ each, rule }) => [each.alert, { each, rule }] as const))(
    "%s is told within 20 s of the fault",
    (_, { each, rule }) => {
      expect(each.pace).toBe("page");
      const { begins, fires } = timesOf(rule, each);
      const lastGoodScrape = begins - PACES.page.sample;
      // Where the expression looks back itself, the moment of a scrape counts, and not how long it took.
      const late = rule.forSeconds === 0 ? 0 : SLOW_SCRAPE;
      expect(fires - lastGoodScrape + late).toBeLessThan(20);
    },
  );

  test.each(pages.map(({ each, rule }) => [each.alert, { each, rule }] as const))(
    "%s needs more than one scrape",
    (_, { each, rule }) => {
      const { begins, fires } = timesOf(rule, each);
      expect(fires - begins).toBeGreaterThan(PACES.page.sample);
    },
  );
});
