import { describe, expect, test } from "vitest";
import { INHIBITION } from "../../../components/monitoring/rules/inhibition.ts";
import { BATCHES, OF_EVERY_CHANGE, PAGES } from "../../faults/alerts/batches.ts";
import type { Drilled } from "../../faults/alerts/cause.ts";
import { AT_ONCE } from "../../faults/alerts/drill.ts";
import { NOT_CAUSED } from "../../faults/alerts/not-caused.ts";
import { DRILL_SETTINGS } from "../../faults/alerts/settings.ts";
import { renderDrills } from "../../faults/alerts/table.ts";
import { RULES } from "../../support/alerts/facts.ts";
import { problemsOf } from "../../support/configuration.ts";

const DRILLS = BATCHES.flatMap(({ drills }) => drills);
const TOLD = DRILLS.flatMap(({ alerts }) => alerts);
const ruleOf = (alert: string) => RULES.find(({ name }) => name === alert);

describe("drills", () => {
  test("there are some of each critical and high alert, or a reason why there cannot be", () => {
    const wanted = RULES.filter(({ severity }) => severity === "critical" || severity === "high");
    const found = [...new Set(TOLD.map(({ alert }) => alert)), ...Object.keys(NOT_CAUSED)];
    expect(found.sort()).toEqual(wanted.map(({ name }) => name).sort());
  });

  test.each(TOLD.map((told) => [told.alert, told] as const))("%s is told as its rule says", (alert, told) => {
    const rule = ruleOf(alert);
    expect(told.severity).toBe(rule?.severity);
    expect(told.seconds).toBeGreaterThan(rule?.forSeconds ?? 0);
    const late = told.severity === "critical" && told.seconds > AT_ONCE;
    expect(told.why === undefined, "what pages is told at once, or there is a reason").toBe(!late);
  });

  test("each fault is injected once", () => {
    expect(new Set(DRILLS.map(({ fault }) => fault)).size).toBe(DRILLS.length);
  });

  test.each(BATCHES)("of $name do not hide each other's alerts", ({ drills }) => {
    const names = (matchers: readonly string[]) =>
      matchers.flatMap((matcher) => /^alertname=~?"(.*)"$/.exec(matcher)?.[1]?.split("|") ?? []);
    // Those that need a host in common hide nothing here: each of these faults has a host of its own.
    const wide = INHIBITION.filter(({ equal }) => !equal.includes("instance"));
    const has = (matchers: readonly string[], drill: (typeof drills)[number]) =>
      drill.alerts.some(({ alert }) => names(matchers).includes(alert));
    const hidden = drills.flatMap((source) =>
      drills
        .filter((target) => target !== source)
        .filter((target) =>
          wide.some(
            ({ source_matchers, target_matchers }) =>
              has(source_matchers, source) && has(target_matchers, target),
          ),
        )
        .map((target) => `${source.fault} hides ${target.fault}`),
    );
    expect(hidden).toEqual([]);
  });

  test("those of every change are told of soon, and what is measured pages", () => {
    const quick = OF_EVERY_CHANGE.flatMap(({ drills }) => drills.flatMap(({ alerts }) => alerts));
    expect(quick.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...quick.map(({ seconds }) => seconds))).toBeLessThanOrEqual(90);
    const pages = PAGES.flatMap(({ drills }) => drills.flatMap(({ alerts }) => alerts));
    expect(pages.every(({ severity, seconds }) => severity === "critical" && seconds === AT_ONCE)).toBe(true);
  });

  test("have settings that an update takes", () => {
    expect(problemsOf(DRILL_SETTINGS)).toEqual([]);
  });
});

describe("their table", () => {
  const drilled = (alert: string, rest: Partial<Drilled>): Drilled => ({
    ...{ alert, fault: "a fault", severity: "critical", seconds: 12.34, atMost: 20, why: "", problems: [] },
    ...rest,
  });
  const lines = renderDrills([
    drilled("Fast", {}),
    drilled("Low", { severity: "high", seconds: 99 }),
    drilled("Silent", { seconds: undefined, problems: ["slack is not told"] }),
  ]).split("\n");
  const cells = (alert: string) =>
    lines
      .find((line) => line.includes(`│ ${alert} `))
      ?.split("│")
      .map((cell) => cell.trim())
      .slice(1, -1);

  test("has the slowest page first, and what was not told before all", () => {
    const order = ["Silent", "Fast", "Low"].map((alert) => lines.findIndex((line) => line.includes(alert)));
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(cells("Fast")).toEqual(["Fast", "critical", "a fault", "12.3", "20", "", "ok"]);
    expect(cells("Silent")).toEqual(["Silent", "critical", "a fault", "never", "20", "", "FAILED"]);
  });

  test("has each problem below", () => {
    expect(lines).toContain("Silent: slack is not told");
  });
});
