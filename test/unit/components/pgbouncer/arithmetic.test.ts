import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  connectionsForPools,
  type PoolDemand,
  poolConnections,
  sharedPoolSize,
} from "../../../../components/pgbouncer/arithmetic.ts";

const demand = (given: Partial<PoolDemand> = {}): PoolDemand => ({
  proxies: 2,
  sessions: 10,
  reserved: 3,
  poolSizes: [undefined],
  ...given,
});

describe("by example", () => {
  test("what is left for the pools", () => {
    // 7 for monitoring, 5 for backups, 3 for Patroni; two poolers a proxy with 2 look-ups each.
    expect(connectionsForPools(demand(), 100)).toBe(100 - 3 - 10 - 15 - 8);
    expect(connectionsForPools(demand({ proxies: 4 }), 100)).toBe(100 - 3 - 10 - 15 - 16);
    expect(connectionsForPools(demand({ sessions: 0, reserved: 10 }), 50)).toBe(50 - 10 - 15 - 8);
  });

  test.each([
    [[undefined], 16],
    [[undefined, undefined], 8],
    [[10, undefined], 6],
    [[10, 6, undefined], 0],
    [[20, undefined], -4],
  ])("pools %j share %i each", (poolSizes, size) => {
    expect(sharedPoolSize(demand({ poolSizes }), 100)).toBe(size);
  });

  test("the pools of all databases, endpoints and proxies", () => {
    expect(poolConnections(demand({ poolSizes: [undefined, 5] }), 10)).toBe(2 * 2 * 15);
  });
});

const demands = fc.record({
  proxies: fc.integer({ min: 2, max: 4 }),
  sessions: fc.integer({ min: 0, max: 500 }),
  reserved: fc.integer({ min: 0, max: 50 }),
  poolSizes: fc.array(fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }), {
    minLength: 1,
    maxLength: 50,
  }),
});
const maxConnections = fc.integer({ min: 1, max: 10_000 });

test("a share of at least one connection never adds up to more than there are", () => {
  fc.assert(
    fc.property(demands, maxConnections, (given, maximum) => {
      const size = sharedPoolSize(given, maximum);
      fc.pre(size >= 1);
      expect(poolConnections(given, size)).toBeLessThanOrEqual(connectionsForPools(given, maximum));
    }),
  );
});

test("the share is the largest that fits", () => {
  fc.assert(
    fc.property(demands, maxConnections, (given, maximum) => {
      fc.pre(given.poolSizes.includes(undefined));
      const size = sharedPoolSize(given, maximum);
      expect(poolConnections(given, size + 1)).toBeGreaterThan(connectionsForPools(given, maximum));
    }),
  );
});
