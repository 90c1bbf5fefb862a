import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../../infra/config/parse.ts";
import { SECTIONS } from "../../../../infra/config/schema.ts";
import { rawSections } from "../../../../infra/config/sections.ts";
import { configOf, JARGON, problemsOf } from "../../../support/configuration.ts";

describe("a sound configuration", () => {
  test("the default stack's file is one", () => {
    const file = parse(readFileSync(new URL("../../../../Pulumi.local.yaml", import.meta.url), "utf8"));
    // As the engine hands it over: text as it is, everything else as JSON.
    const handedOver = Object.fromEntries(
      Object.entries(file.config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
    expect(parseConfig(rawSections(handedOver), "local")).toMatchObject({
      ok: true,
      config: { platform: "local", cluster: { name: "local", domain: "local.holdfast.internal" } },
    });
  });

  test("the platform alone is one, and the rest are defaults", () => {
    expect(configOf({}, "blue")).toMatchObject({
      cluster: { name: "blue", domain: "blue.holdfast.internal" },
      hosts: {
        database: { count: 3, cpu: 1, memory: 1024, disk: 10_240, zones: ["a", "b", "c"] },
        proxy: { count: 2, memory: 384 },
        operations: { memory: 1024 },
      },
      postgres: { version: 17, source: "debian", profile: "oltp", extensions: ["pg_stat_statements"] },
      availability: { durability: "strict", rto: "normal" },
      databases: [{ name: "app", locale: "C.UTF-8", connectionLimit: -1, extensions: [] }],
      roles: [],
      access: [],
      pools: { sessions: 10 },
      tls: { caDays: 3650, certificateDays: 365, renewBeforeDays: 30 },
    });
  });

  test("names that are given win over the stack's", () => {
    expect(configOf({ cluster: { name: "orders" } }, "blue").cluster).toEqual({
      name: "orders",
      domain: "blue.holdfast.internal",
    });
  });
});

describe("what the engine hands over", () => {
  test("groups and lists are JSON, numbers and switches too, and text is text", () => {
    expect(
      rawSections({
        "holdfast:platform": "local",
        "holdfast:databases": '[{"name":"app"}]',
        "holdfast:hosts": '{"database":{"count":3,"memory":"1GiB"}}',
        "holdfast:number": "17",
        "holdfast:switch": "true",
        "holdfast:broken": '{"half":',
        "holdfast:empty": "",
      }),
    ).toEqual({
      platform: "local",
      databases: [{ name: "app" }],
      hosts: { database: { count: 3, memory: "1GiB" } },
      number: 17,
      switch: true,
      broken: '{"half":',
      empty: "",
    });
  });

  test("other namespaces are not ours", () => {
    expect(rawSections({ "aws:region": "eu-west-1", "holdfast:platform": "local" })).toEqual({
      platform: "local",
    });
  });
});

test("problems in several sections are all reported together, those of rules too", () => {
  const problems = problemsOf({
    platform: "lokal",
    plattform: "local",
    hosts: { database: { count: 4, memory: "4GB" } },
    postgres: { version: 16, settings: { fsync: false, max_conections: 10 } },
    databases: [{ name: "app" }, { name: "app" }],
    access: [{ from: ["0.0.0.0/0"], auth: "trust" }],
    tls: { certificateDays: 20, renewBeforeDays: 30 },
    os: { timeZone: "Mars/Olympus" },
  });
  expect(problems.map((problem) => problem.path).sort()).toEqual([
    "access[0].auth",
    "access[0].from[0]",
    "databases[1].name",
    "hosts.database.count",
    "hosts.database.memory",
    "os.timeZone",
    "platform",
    "plattform",
    "postgres.settings.fsync",
    "postgres.settings.max_conections",
    "postgres.version",
    "tls.renewBeforeDays",
  ]);
  for (const { allowed, change } of problems) {
    expect(allowed).not.toMatch(JARGON);
    expect(change).not.toMatch(JARGON);
  }
});

test.each(Object.keys(SECTIONS))(
  "whatever stands in %s, it is taken or reported in plain words",
  (section) => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const { path, allowed, change } of problemsOf({ [section]: value })) {
          expect(path.startsWith(section)).toBe(true);
          expect(allowed).not.toMatch(JARGON);
          expect(change).not.toBe("");
        }
      }),
    );
  },
);
