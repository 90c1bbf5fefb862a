import { describe, expect, test } from "vitest";
import { beyondLimit, LIMITS } from "../../../../components/postgres/limits.ts";
import { parametersOf } from "../../../../components/postgres/metadata.ts";
import { ownedBecause } from "../../../../components/postgres/owned.ts";
import { POSTGRES_VERSIONS } from "../../../../components/postgres/schema.ts";

const parameter = (name: string) => {
  const found = parametersOf(17).get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

describe.each(POSTGRES_VERSIONS)("PostgreSQL %i", (version) => {
  test("each limit is of a parameter that users may set, and within its range", () => {
    const known = Object.entries(LIMITS).flatMap(([name, limit]) => {
      const found = parametersOf(version).get(name);
      return found === undefined ? [] : [{ found, ...limit }];
    });
    expect(known.length).toBeGreaterThan(10);
    for (const { found, atLeast, atMost } of known) {
      expect(ownedBecause(found)).toBeUndefined();
      expect(atLeast ?? Number(found.min)).toBeGreaterThanOrEqual(Number(found.min));
      expect(atMost ?? Number(found.max)).toBeLessThanOrEqual(Number(found.max));
    }
  });
});

test("each limit is of a parameter of one version at least", () => {
  const known = new Set(POSTGRES_VERSIONS.flatMap((version) => [...parametersOf(version).keys()]));
  expect(Object.keys(LIMITS).filter((name) => !known.has(name))).toEqual([]);
});

test.each([
  ["max_connections", 24, "25 or more: Patroni takes its own default instead of less", "25"],
  ["maintenance_work_mem", 64, "1024kB or more: Patroni takes its own default instead of less", "1024kB"],
  ["max_stack_depth", 8192, "7680kB or less: the hosts' limit of 8 MiB for a stack leaves no more", "7680kB"],
  ["transaction_buffers", 100, "a multiple of 16: the server keeps it in groups of 16 pages", "112"],
  ["vacuum_buffer_usage_limit", 64, "0, or 128kB or more: the server refuses it otherwise", "128kB"],
])("%s = %i is beyond its limit", (name, number, allowed, nearest) => {
  expect(beyondLimit(parameter(name), number)).toEqual({ allowed, nearest });
});

test.each([
  ["max_connections", 25],
  ["max_stack_depth", 7680],
  ["transaction_buffers", 0],
  ["transaction_buffers", 128],
  ["vacuum_buffer_usage_limit", 0],
  ["vacuum_buffer_usage_limit", 128],
  ["statement_timeout", 0],
  ["work_mem", 64],
])("%s = %i is not", (name, number) => {
  expect(beyondLimit(parameter(name), number)).toBeUndefined();
});
