import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ofHost, whileQuiet } from "../../../../scripts/operations/quiet.ts";
import type { Matcher } from "../../../../scripts/stack/alerts.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Told {
  readonly matchers?: readonly Matcher[];
  readonly until?: Date;
  readonly id?: string | undefined;
  readonly ended?: string;
}

/** Keeps what it is told. */
function alertmanager(answers = true) {
  const told: Told[] = [];
  const answer = async (what: Told) => {
    told.push(what);
    if (!answers) throw new Error("does not answer");
  };
  return {
    told,
    silence: async (matchers: readonly Matcher[], until: Date, _who: object, id?: string) => {
      await answer({ matchers, until, id });
      return "silence-1";
    },
    endSilence: (ended: string) => answer({ ended }),
  };
}
const quiet = (alerts: ReturnType<typeof alertmanager>, work: () => Promise<number>, said: string[] = []) =>
  whileQuiet(alerts, ofHost("db-2"), "a copy", (line) => said.push(line), work);

describe("alerts that an operation causes", () => {
  test("are kept back of its host alone", async () => {
    const alerts = alertmanager();
    const done = await quiet(alerts, async () => {
      expect(alerts.told).toHaveLength(1);
      const [host, names] = alerts.told[0]?.matchers ?? [];
      expect(host).toEqual({ name: "instance", value: "db-2", isRegex: false });
      expect([names?.name, names?.isRegex]).toEqual(["alertname", true]);
      expect(new RegExp(`^(?:${names?.value})$`).test("PostgreSQLDown")).toBe(true);
      expect(new RegExp(`^(?:${names?.value})$`).test("DiskSpaceCritical")).toBe(false);
      return 7;
    });
    expect(done).toBe(7);
  });

  test("are kept back until they have ended, too, and no longer", async () => {
    const alerts = alertmanager();
    await quiet(alerts, async () => 7);
    expect(alerts.told).toHaveLength(2);
    const { id, until } = alerts.told[1] ?? {};
    expect([id, Number(until) - Date.now()]).toEqual(["silence-1", 60_000]);
  });

  test("are kept back again and again while it goes on, and by ten minutes each time", async () => {
    const alerts = alertmanager();
    const began = Date.now();
    await quiet(alerts, async () => {
      await vi.advanceTimersByTimeAsync(1_000_000);
      return 7;
    });
    const ends = alerts.told.slice(0, -1).map(({ until }) => (Number(until) - began) / 1000);
    expect(ends).toEqual([600, 840, 1080, 1320, 1560]);
    expect(alerts.told.slice(1, -1).every(({ id }) => id === "silence-1")).toBe(true);
  });

  test("are told of again when it fails", async () => {
    const alerts = alertmanager();
    await expect(quiet(alerts, () => Promise.reject(new Error("no leader")))).rejects.toThrow("no leader");
    expect(alerts.told.at(-1)).toEqual({ ended: "silence-1" });
  });

  test("do not hold it up when Alertmanager is down", async () => {
    const said: string[] = [];
    const alerts = alertmanager(false);
    expect(await quiet(alerts, async () => 7, said)).toBe(7);
    expect(said).toEqual(["alerts of db-2 are not kept back: does not answer"]);
    expect(alerts.told).toHaveLength(1);
  });
});
