import { describe, expect, test } from "vitest";
import { maintenanceSchema } from "../../../../components/maintenance/schema.ts";
import { forbiddenBecause, isOpen } from "../../../../components/maintenance/window.ts";

const config = (settings: object = {}) => maintenanceSchema.parse(settings);
const SUNDAY = "2026-11-22T";
const MONDAY = "2026-11-23T";

describe("the maintenance window", () => {
  const { window } = config();

  test.each([
    [`${SUNDAY}02:00:00Z`, true],
    [`${SUNDAY}04:59:59Z`, true],
    [`${SUNDAY}05:00:00Z`, false],
    [`${SUNDAY}01:59:59Z`, false],
    [`${MONDAY}03:00:00Z`, false],
  ])("by default, at %s: %s", (moment, open) => {
    expect(isOpen(window, "Etc/UTC", new Date(moment))).toBe(open);
  });

  test("is meant in the cluster's time zone, summer time included", () => {
    // 02:30 in Berlin is 00:30 in summer and 01:30 in winter, by UTC.
    expect(isOpen(window, "Europe/Berlin", new Date("2026-07-05T00:30:00Z"))).toBe(true);
    expect(isOpen(window, "Europe/Berlin", new Date("2026-12-06T00:30:00Z"))).toBe(false);
    expect(isOpen(window, "Europe/Berlin", new Date("2026-12-06T01:30:00Z"))).toBe(true);
  });

  test("goes on past midnight when it closes before it opens, and belongs to the day of its opening", () => {
    const night = config({ window: { days: ["sun"], from: "23:00", to: "01:00" } }).window;
    expect(isOpen(night, "Etc/UTC", new Date(`${SUNDAY}23:30:00Z`))).toBe(true);
    expect(isOpen(night, "Etc/UTC", new Date(`${MONDAY}00:59:00Z`))).toBe(true);
    expect(isOpen(night, "Etc/UTC", new Date(`${MONDAY}01:00:00Z`))).toBe(false);
    expect(isOpen(night, "Etc/UTC", new Date(`${SUNDAY}00:30:00Z`))).toBe(false);
  });
});

describe("the policy for restarts", () => {
  const sundayNight = new Date(`${SUNDAY}03:00:00Z`);
  const monday = new Date(`${MONDAY}12:00:00Z`);

  test("forbids nothing by default", () => {
    expect(forbiddenBecause(config(), "Etc/UTC", monday)).toBeUndefined();
  });

  test("opens and closes with the window, and says when it is open", () => {
    const policy = config({ restarts: "window" });
    expect(forbiddenBecause(policy, "Etc/UTC", sundayNight)).toBeUndefined();
    expect(forbiddenBecause(policy, "Etc/UTC", monday)).toMatch(
      /the window \(sun 02:00 to 05:00, Etc\/UTC\) is closed; run the update in it, or set/,
    );
  });

  test("never is never, in the window too", () => {
    expect(forbiddenBecause(config({ restarts: "never" }), "Etc/UTC", sundayNight)).toMatch(
      /is never; set it to/,
    );
  });
});
