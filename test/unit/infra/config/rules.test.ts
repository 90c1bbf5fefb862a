import { expect, test } from "vitest";
import { problemsOf } from "../../../support/configuration.ts";

test("a certificate is renewed before its end, not since its beginning", () => {
  expect(problemsOf({ tls: { certificateDays: 30, renewBeforeDays: 29 } })).toEqual([]);
  expect(problemsOf({ tls: { certificateDays: 30, renewBeforeDays: 30 } })).toEqual([
    {
      path: "tls.renewBeforeDays",
      got: 30,
      allowed: "less than tls.certificateDays, which is 30",
      change: "lower it, or raise tls.certificateDays",
    },
  ]);
});

test("no certificate outlives the authority that signed it", () => {
  expect(problemsOf({ tls: { caDays: 366 } })).toEqual([]);
  expect(problemsOf({ tls: { caDays: 365 } })).toEqual([
    {
      path: "tls.certificateDays",
      got: 365,
      allowed: "less than tls.caDays, which is 365: no certificate outlives its authority",
      change: "lower it, or raise tls.caDays",
    },
  ]);
});

test("an authority is trusted once", () => {
  expect(problemsOf({ tls: { authorities: [2, 1] } })).toEqual([]);
  expect(problemsOf({ tls: { authorities: [1, 2, 1] } })).toEqual([
    { path: "tls.authorities[2]", got: 1, allowed: "each authority once", change: "remove it" },
  ]);
});

test.each(["database", "proxy", "operations"])("zones of %s hosts are named once", (role) => {
  expect(problemsOf({ hosts: { [role]: { zones: ["a", "b", "a"] } } })).toEqual([
    { path: `hosts.${role}.zones[2]`, got: "a", allowed: "each zone once", change: "remove it" },
  ]);
});

test("a section that is wrong in shape silences only the rules that read it", () => {
  const problems = problemsOf({
    hosts: { database: { memory: "much" } },
    tls: { certificateDays: 30 },
    postgres: { settings: { fsync: false } },
  });
  expect(problems.map((problem) => problem.path)).toEqual([
    "hosts.database.memory",
    "postgres.settings.fsync",
    "tls.renewBeforeDays",
  ]);
});

test("what Prometheus keeps has room beside the backups", () => {
  expect(problemsOf({ hosts: { operations: { disk: "4GiB" } } })).toEqual([]);
  expect(problemsOf({ hosts: { operations: { disk: "3GiB" } } })).toEqual([
    {
      path: "monitoring.retention.size",
      got: "2048MiB",
      allowed: "half of hosts.operations.disk at most, so 1536MiB: backups are on the same volume",
      change: "lower it, or raise hosts.operations.disk",
    },
  ]);
});

test("an alert looks back on what is kept", () => {
  expect(problemsOf({ monitoring: { retention: { days: 8 } } })).toEqual([]);
  expect(problemsOf({ monitoring: { retention: { days: 7 } } })).toEqual([
    {
      path: "monitoring.thresholds.unusedIndexDays",
      got: 7,
      allowed: "less than monitoring.retention.days, which is 7: nobody knows what was before",
      change: "lower it, or raise monitoring.retention.days",
    },
  ]);
});
