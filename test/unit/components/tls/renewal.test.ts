import fc from "fast-check";
import { expect, test } from "vitest";
import { certificateGeneration, renewalPeriod } from "../../../../components/tls/renewal.ts";
import { tlsSchema } from "../../../../components/tls/schema.ts";

const DAY = 24 * 60 * 60 * 1000;
const at = (time: number, days: number, before: number) => renewalPeriod(new Date(time), days, before);

/** A certificate's life, and how long before its end it is renewed: what the configuration admits. */
const lives = fc
  .record({ days: fc.integer({ min: 2, max: 825 }), before: fc.integer({ min: 1, max: 400 }) })
  .filter(({ days, before }) => before < days);
const moments = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2100, 0) });

test("a certificate that this period does not renew is never within the days before its end", () => {
  fc.assert(
    fc.property(lives, moments, fc.integer({ min: 0, max: 900 * DAY }), ({ days, before }, signed, later) => {
      fc.pre(at(signed, days, before) === at(signed + later, days, before));
      const left = signed + days * DAY - (signed + later);
      expect(left).toBeGreaterThanOrEqual(before * DAY);
    }),
  );
});

test("two updates that are a period apart never share its number", () => {
  fc.assert(
    fc.property(lives, moments, ({ days, before }, time) => {
      expect(at(time + (days - before) * DAY, days, before)).toBe(at(time, days, before) + 1);
    }),
  );
});

test("an update on the same day changes nothing", () => {
  const noon = Date.UTC(2026, 10, 25, 12);
  expect(at(noon + DAY / 4, 365, 30)).toBe(at(noon, 365, 30));
});

test("a new generation, and any change of the authorities, signs all certificates anew", () => {
  const now = new Date(Date.UTC(2026, 10, 25));
  const of = (change: object) => certificateGeneration(tlsSchema.parse(change), now);
  const all = [{}, { generation: 2 }, { authorities: [1, 2] }, { authorities: [2, 1] }, { authorities: [2] }];
  expect(new Set(all.map(of)).size).toBe(all.length);
  expect(of({ caDays: 30 })).toBe(of({}));
});
