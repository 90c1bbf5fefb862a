import { describe, expect, test } from "vitest";
import { silencesOf, spanOf } from "../../../../scripts/cli/alerts.ts";
import { renderAlerts } from "../../../../scripts/cli/alerts-text.ts";
import type { Alert, Silence } from "../../../../scripts/stack/alerts.ts";

const alert = (alertname: string, severity: string, more: Partial<Alert["status"]> = {}): Alert => ({
  labels: { alertname, severity, instance: "db-2" },
  annotations: { summary: `${alertname} of db-2` },
  startsAt: "2026-11-27T10:05:33Z",
  status: { state: "active", silencedBy: [], inhibitedBy: [], ...more },
});
const WATCHDOG = alert("Watchdog", "none");
const RECEIVERS = { critical: ["slack", "pagerduty"], high: ["slack"], medium: [] };

const silence = (id: string, ...matchers: readonly (readonly [string, string, boolean])[]): Silence => ({
  id,
  comment: "a new disk",
  createdBy: "ada",
  endsAt: "2026-11-27T12:00:00Z",
  matchers: matchers.map(([name, value, isRegex]) => ({ name, value, isRegex, isEqual: true })),
  status: { state: "active" },
});

const rows = (text: string) => text.split("\n").filter((line) => line.includes("db-2"));

describe("the list of alerts", () => {
  test("has the worst first, and whom each reaches", () => {
    const text = renderAlerts(
      [
        alert("IndexUnused", "medium"),
        alert("LeaderChanged", "notice"),
        alert("HostDown", "critical"),
        WATCHDOG,
      ],
      [],
      RECEIVERS,
    );
    expect(rows(text).map((line) => /HostDown|IndexUnused|LeaderChanged/.exec(line)?.[0])).toEqual([
      "HostDown",
      "IndexUnused",
      "LeaderChanged",
    ]);
    expect(rows(text)[0]).toContain("slack, pagerduty");
    expect(rows(text)[1]).toContain("NOBODY");
    expect(rows(text)[2]).toMatch(/\bslack\s/);
    expect(text).not.toContain("DEAD MAN");
  });

  test("says of which nobody is told, and why", () => {
    const text = renderAlerts(
      [
        alert("HostDown", "critical", { silencedBy: ["1"] }),
        alert("ProxyDown", "high", { inhibitedBy: ["2"] }),
        WATCHDOG,
      ],
      [silence("1", ["alertname", "HostDown", false])],
      RECEIVERS,
    );
    expect(rows(text)[0]).toContain("silenced");
    expect(rows(text)[1]).toContain("follows from another");
    expect(text).toContain("silent until 2026-11-27 12:00 UTC: alertname=HostDown (ada: a new disk)\n");
  });

  test("warns where nothing would tell", () => {
    expect(renderAlerts([], [], RECEIVERS)).toMatch(/^THE DEAD MAN'S SWITCH DOES NOT FIRE: /);
    expect(renderAlerts([WATCHDOG], [], RECEIVERS)).toBe("no alert fires\n");
  });
});

describe("the silences of an alert", () => {
  const all = [
    silence("of all hosts", ["alertname", "HostDown", false]),
    silence("of db-2", ["alertname", "HostDown", false], ["instance", "db-2", false]),
    silence("of an operation", ["instance", "db-2", false], ["alertname", "PostgreSQLDown|HostDown", true]),
    silence("of another", ["alertname", "HostDownToo", false]),
  ];
  const ids = (alertname: string, host?: string) => silencesOf(all, alertname, host).map(({ id }) => id);

  test("are all by which nobody is told of it, those of an operation as well", () => {
    expect(ids("HostDown")).toEqual(["of all hosts", "of db-2", "of an operation"]);
    expect(ids("PostgreSQLDown")).toEqual(["of an operation"]);
  });

  test("of one host are not those of all", () => {
    expect(ids("HostDown", "db-2")).toEqual(["of db-2", "of an operation"]);
    expect(ids("HostDown", "db-3")).toEqual([]);
  });
});

describe("a span", () => {
  test("is minutes, hours or days", () => {
    expect(["30m", "2h", "1d", "30d"].map(spanOf)).toEqual([1800, 7200, 86_400, 2_592_000]);
  });

  test.each(["", "2", "h", "0h", "-2h", "1.5h", "31d", "2w", "2h30m"])("is not %j", (text) => {
    expect(() => spanOf(text)).toThrow(`"${text}" is no span for a silence`);
  });
});
