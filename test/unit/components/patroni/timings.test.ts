import { describe, expect, test } from "vitest";
import { availabilitySchema } from "../../../../components/patroni/schema.ts";
import { timingsOf } from "../../../../components/patroni/timings.ts";

const CHOICES = availabilitySchema.shape.rto.unwrap().options;
const timings = (rto: (typeof CHOICES)[number]) => timingsOf({ durability: "strict", rto });

describe.each(CHOICES)("%s", (rto) => {
  const { ttl, loopWait, retryTimeout, check, rise, fall, primaryStopTimeout, primaryStartTimeout } =
    timings(rto);

  test("keeps Patroni's own rules", () => {
    expect(ttl).toBeGreaterThanOrEqual(loopWait + 2 * retryTimeout);
    expect(ttl).toBeGreaterThanOrEqual(20);
    expect(loopWait).toBeGreaterThanOrEqual(1);
    expect(retryTimeout).toBeGreaterThanOrEqual(3);
  });

  test("stops and starts a primary within the life of its lock", () => {
    expect(primaryStopTimeout).toBeLessThan(ttl);
    expect(primaryStartTimeout).toBeLessThan(ttl);
  });

  test("notices a change of leader in the proxies long before the next one can come", () => {
    expect((check.inter * fall) / 1000).toBeLessThanOrEqual(ttl / 4);
    expect(check.fastinter).toBeLessThanOrEqual(check.inter);
    expect(check.downinter).toBeLessThanOrEqual(check.inter);
    // Patroni answers nobody for up to half a second while it takes a new certificate up.
    expect((fall - 1) * check.fastinter).toBeGreaterThan(500);
    expect(rise).toBeGreaterThanOrEqual(1);
  });
});

test("fast is faster than normal, and normal than safe", () => {
  const [fast, normal, safe] = [timings("fast"), timings("normal"), timings("safe")];
  expect([...CHOICES].sort()).toEqual(["fast", "normal", "safe"]);
  for (const time of ["ttl", "loopWait", "retryTimeout"] as const) {
    expect(fast[time]).toBeLessThan(normal[time]);
    expect(normal[time]).toBeLessThan(safe[time]);
  }
  expect(fast.check.inter * fast.fall).toBeLessThan(normal.check.inter * normal.fall);
  expect(normal.check.inter * normal.fall).toBeLessThan(safe.check.inter * safe.fall);
});

test("durability has no say in it", () => {
  expect(timingsOf({ durability: "async", rto: "fast" })).toEqual(timings("fast"));
});
