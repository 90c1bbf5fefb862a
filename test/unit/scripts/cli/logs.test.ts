import { describe, expect, test } from "vitest";
import { TIMED_UNITS } from "../../../../components/units.ts";
import { journalCommand, startOf, unitsFor } from "../../../../scripts/cli/logs.ts";
import { firstHost, fixtureFiles, fixturePlan } from "../../../support/fixtures.ts";

const NOW = new Date("2026-01-31T12:00:00.500Z");
const database = { name: "db-1", role: "database" } as const;

describe("the units of a host", () => {
  test("are those of its role", () => {
    expect(unitsFor(database, undefined)).toEqual(["etcd", "patroni"]);
    expect(unitsFor({ name: "proxy-1", role: "proxy" }, undefined)).toEqual([
      "haproxy",
      "pgbouncer@writer",
      "pgbouncer@reader",
    ]);
    expect(unitsFor({ name: "ops-1", role: "operations" }, undefined)).toEqual([
      "barman-receive-wal",
      "barman-ship",
      "prometheus",
      "prometheus-alertmanager",
    ]);
  });

  test("are the one that is named, with or without its suffix", () => {
    expect(unitsFor(database, "patroni")).toEqual(["patroni"]);
    expect(unitsFor(database, "patroni.service")).toEqual(["patroni"]);
    expect(unitsFor(database, "ssh")).toEqual(["ssh"]);
    expect(unitsFor({ name: "ops-1", role: "operations" }, "status-page")).toEqual(["status-page"]);
  });

  test.each(["database", "proxy", "operations"] as const)("are all that timers start, of role %s", (role) => {
    const { name } = firstHost(fixturePlan("local"), role);
    const timers = (fixtureFiles("local").get(name) ?? []).flatMap(
      ({ path }) => /^\/etc\/systemd\/system\/([^/]+)\.timer$/.exec(path)?.[1] ?? [],
    );
    expect([...TIMED_UNITS[role]].sort()).toEqual(timers.sort());
  });

  test("are named when another host's is asked for", () => {
    expect(() => unitsFor(database, "haproxy")).toThrow(
      'there is no unit "haproxy" on db-1\nnext: name one of: etcd, patroni, prometheus-node-exporter, prometheus-postgres-exporter, host-metrics, statistics-bloat, statistics-server, statistics-tables, nftables, ssh',
    );
  });
});

describe("the command on the host", () => {
  const command = (options: Parameters<typeof journalCommand>[1]) =>
    journalCommand(["patroni"], options, NOW);

  test("shows the last hundred lines, with times in UTC", () => {
    expect(command({})).toBe(
      "sudo -n journalctl --no-pager --quiet --utc --lines=100 --output=short-iso --unit=patroni.service",
    );
  });

  test("shows all since a time, or the last of them, and goes on", () => {
    expect(command({ since: "90s" })).toContain(" --lines=all --output=short-iso --since=@1769860710 --unit");
    expect(command({ since: "90s", lines: "5", follow: true })).toMatch(/ --lines=5 .* --follow --unit/);
  });

  test("is for programs with --json", () => {
    expect(command({ json: true })).toContain("--output=json");
  });

  test.each(["0", "-1", "1.5", "ten", "", "1e3", "12345678"])("refuses %j lines", (lines) => {
    expect(() => command({ lines })).toThrow(/--lines ".*" is no number of lines\nnext: name one from 1/);
  });
});

describe("a time to begin at", () => {
  test.each([
    ["90s", "2026-01-31T11:58:30.500Z"],
    ["15m", "2026-01-31T11:45:00.500Z"],
    ["2h", "2026-01-31T10:00:00.500Z"],
    ["3d", "2026-01-28T12:00:00.500Z"],
    ["2026-01-30", "2026-01-30T00:00:00.000Z"],
    ["2026-01-30 08:15", "2026-01-30T08:15:00.000Z"],
    ["2026-01-30T08:15:30", "2026-01-30T08:15:30.000Z"],
    ["2026-01-30T08:15:30.25Z", "2026-01-30T08:15:30.250Z"],
    ["2026-01-30T08:15:30+01:00", "2026-01-30T07:15:30.000Z"],
  ])("%s is %s", (text, time) => {
    expect(startOf(text, NOW).toISOString()).toBe(time);
  });

  test.each([
    "yesterday",
    "10",
    "5w",
    "-5m",
    "2026-02-30",
    "2026-01-30T25:00",
    "30.01.2026",
    "",
    "1h; reboot",
  ])("%j is refused, with what there is", (text) => {
    expect(() => startOf(text, NOW)).toThrow(
      /^--since ".*" is no time\nnext: name a span back from now, like 90s/,
    );
  });
});
