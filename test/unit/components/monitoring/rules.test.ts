import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { EVENTS } from "../../../../components/monitoring/names.ts";
import { INHIBITION } from "../../../../components/monitoring/rules/inhibition.ts";
import { neededOf } from "../../../../components/monitoring/rules/missing.ts";
import { renderRules } from "../../../../components/monitoring/rules/render.ts";
import { alertRules } from "../../../../components/monitoring/rules/rules.ts";
import { thresholdsSchema } from "../../../../components/monitoring/rules/schema.ts";
import { COME_AND_GO } from "../../../support/alerts/come-and-go.ts";
import { FACTS, GROUPS, RULES, THRESHOLDS } from "../../../support/alerts/facts.ts";
import { parsePromql } from "../../../support/alerts/promql.ts";
import { KNOWN_METRICS } from "./known-metrics.ts";

const rule = (name: string, rules = RULES) => {
  const found = rules.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

describe("every alert", () => {
  test("has a name of its own", () => {
    const names = RULES.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("is looked at as often as its severity asks for, and what keeps pages back as often as they are", () => {
    const often = GROUPS.filter(({ intervalSeconds }) => intervalSeconds === 2).flatMap(({ rules }) => rules);
    const expected = RULES.filter(
      ({ name, severity }) => severity === "critical" || name === "HostInMaintenance",
    );
    expect(often.map(({ name }) => name).sort()).toEqual(expected.map(({ name }) => name).sort());
  });

  test.each(RULES.map(({ name, expr }) => [name, expr]))(
    "%s is PromQL, of metrics that there are",
    (_, expr) => {
      const { errors, metrics } = parsePromql(expr);
      expect(errors).toEqual([]);
      // Prometheus has its own alerts as a metric.
      expect(metrics.filter((name) => name !== "ALERTS" && !KNOWN_METRICS.has(name))).toEqual([]);
    },
  );

  test("says its value", () => {
    const without = RULES.filter(
      ({ name, description }) => !description.includes("$value") && name !== "MetricsMissing",
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test("is told of when its series are missing, or these come and go", () => {
    const needed = neededOf(FACTS).flatMap(({ series }) => series.map((each) => each.replace(/\{.*/, "")));
    const used = [...new Set(RULES.flatMap(({ expr }) => parsePromql(expr).metrics))];
    expect(used.filter((name) => !needed.includes(name)).sort()).toEqual(Object.keys(COME_AND_GO).sort());
  });
});

describe("what rules follow from", () => {
  test("thresholds", () => {
    const changed = alertRules({ ...THRESHOLDS, diskUsedCriticalPercent: 85 }, FACTS).flatMap(
      ({ rules }) => rules,
    );
    expect(rule("DiskSpaceCritical", changed).expr).toContain("> 85");
    expect(
      RULES.filter(({ name, expr }) => rule(name, changed).expr !== expr).map(({ name }) => name),
    ).toEqual(["DiskSpaceCritical"]);
  });

  test("every threshold is in use", () => {
    const expressions = (thresholds: typeof THRESHOLDS) =>
      JSON.stringify(alertRules(thresholds, FACTS).flatMap(({ rules }) => rules.map(({ expr }) => expr)));
    const unused = Object.keys(THRESHOLDS).filter(
      (name) => expressions({ ...THRESHOLDS, [name]: 77 }) === expressions(THRESHOLDS),
    );
    expect(unused).toEqual([]);
  });

  test("a threshold that there is not is refused", () => {
    expect(thresholdsSchema.safeParse({ diskUsedPercent: 90 }).success).toBe(false);
    expect(thresholdsSchema.safeParse({ diskUsedCriticalPercent: 101 }).success).toBe(false);
  });

  test("the number of members decides what a quorum is, and what enough standbys are", () => {
    const five = { ...FACTS, members: [...FACTS.members, "db-4", "db-5"] };
    const rules = alertRules(THRESHOLDS, five).flatMap((group) => group.rules);
    expect(rule("EtcdNoQuorum").expr).toMatch(/>= 2$/);
    expect(rule("EtcdNoQuorum", rules).expr).toMatch(/>= 3$/);
    expect(rule("TooFewStandbys", rules).expr).toContain("< 4");
  });

  test("durability decides who is told of a missing synchronous standby", () => {
    const severity = (durability: typeof FACTS.durability) =>
      alertRules(THRESHOLDS, { ...FACTS, durability })
        .flatMap(({ rules }) => rules)
        .find(({ name }) => name === "NoSynchronousStandby")?.severity;
    expect([severity("strict"), severity("preferred"), severity("async")]).toEqual([
      "critical",
      "high",
      undefined,
    ]);
  });
});

describe("the file of rules", () => {
  const file: unknown = parse(renderRules(GROUPS, FACTS));

  test("has each alert with its labels and links", () => {
    expect(file).toMatchObject({
      groups: expect.arrayContaining([
        expect.objectContaining({
          name: "critical",
          interval: "2s",
          rules: expect.arrayContaining([
            {
              alert: "DiskSpaceCritical",
              expr: rule("DiskSpaceCritical").expr,
              for: "6s",
              keep_firing_for: "30s",
              labels: { severity: "critical", subject: "hosts" },
              annotations: {
                summary: rule("DiskSpaceCritical").summary,
                description: rule("DiskSpaceCritical").description,
                runbook_url: "https://example.com/docs/runbooks/DiskSpaceCritical.md",
                dashboard_url: "https://ops-1:3000/d/holdfast-capacity",
              },
            },
          ]),
        }),
      ]),
    });
  });

  test("links to no dashboard where there is none", () => {
    const { dashboards: _, ...links } = FACTS;
    expect(renderRules(GROUPS, links)).not.toContain("dashboard_url");
  });
});

describe("inhibition", () => {
  const named = (matchers: readonly string[]) =>
    matchers.flatMap((matcher) => /^alertname[=!~]+"(.*)"$/.exec(matcher)?.[1]?.split("|") ?? []);

  test("names alerts that there are", () => {
    const names = INHIBITION.flatMap((each) => [
      ...named(each.source_matchers),
      ...named(each.target_matchers),
    ]);
    const known = [...RULES.map(({ name }) => name), ...Object.values<string>(EVENTS)];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  test("a host that is down hides what is on it, and not the others", () => {
    expect(INHIBITION[0]).toEqual({
      source_matchers: ['alertname="HostDown"'],
      target_matchers: ['alertname!~"HostDown|HostInMaintenance"'],
      equal: ["cluster", "instance"],
    });
  });

  test("nothing hides the dead man's switch, which has no instance", () => {
    const wide = INHIBITION.filter(({ target_matchers }) =>
      target_matchers.some((each) => each.includes("!")),
    );
    expect(wide.every(({ equal }) => equal.includes("instance"))).toBe(true);
    expect(INHIBITION.some(({ target_matchers }) => named(target_matchers).includes("Watchdog"))).toBe(false);
  });
});
