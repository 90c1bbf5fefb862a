import { describe, expect, test } from "vitest";
import {
  creatable,
  extensionOfSetting,
  extensionsOf,
  needsPreload,
  preloadLibraries,
} from "../../../../components/postgres/extensions.ts";
import { parametersOf } from "../../../../components/postgres/metadata.ts";
import { POSTGRES_VERSIONS } from "../../../../components/postgres/schema.ts";

test.each([
  ["adminpack", [15, 16]],
  ["old_snapshot", [15, 16]],
  ["pg_logicalinspect", [18]],
  ["pg_stat_statements", [15, 16, 17, 18]],
  ["timescaledb", []],
])("%s is in PostgreSQL %j", (name, versions) => {
  expect(POSTGRES_VERSIONS.filter((version) => extensionsOf(version).includes(name))).toEqual(versions);
});

test("libraries are loaded once each and in one order, and only those that must be", () => {
  expect(preloadLibraries(["pgcrypto", "pg_stat_statements", "auto_explain", "pg_stat_statements"])).toBe(
    "auto_explain,pg_stat_statements",
  );
  expect(preloadLibraries([])).toBe("");
  expect([needsPreload("pg_prewarm"), needsPreload("hstore"), needsPreload("constructor")]).toEqual([
    ...[true, false, false],
  ]);
});

test("a library alone is not created in a database", () => {
  expect(creatable(["auto_explain", "hstore", "auth_delay", "pg_prewarm"])).toEqual(["hstore", "pg_prewarm"]);
});

describe("whose setting it is", () => {
  test.each([
    ["auto_explain.log_min_duration", "auto_explain"],
    ["pg_stat_statements.max", "pg_stat_statements"],
    ["pg_stat_statements", undefined],
    ["work_mem", undefined],
    ["myapp.tenant", undefined],
    ["constructor.name", undefined],
    ["toString.x", undefined],
  ])("%s: %s", (setting, extension) => {
    expect(extensionOfSetting(setting)).toBe(extension);
  });

  test.each(POSTGRES_VERSIONS)("of every such setting of PostgreSQL %i the extension is known", (version) => {
    const settings = [...parametersOf(version).keys()].filter((name) => name.includes("."));
    expect(settings.length).toBeGreaterThan(10);
    for (const setting of settings) {
      const extension = extensionOfSetting(setting);
      expect(extension, setting).toBeDefined();
      expect(needsPreload(extension ?? ""), setting).toBe(true);
    }
  });
});
