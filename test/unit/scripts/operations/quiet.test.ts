import { describe, expect, test } from "vitest";
import { whileQuiet } from "../../../../scripts/operations/quiet.ts";
import type { Alerts, Matcher } from "../../../../scripts/stack/alerts.ts";

const QUIET = {
  host: "db-2",
  alerts: ["PostgreSQLDown", "ReplicationBroken"],
  seconds: 3600,
  comment: "a copy",
};

/** Keeps what it is told; the one thing of Alertmanager that is used. */
function alertmanager(answers: boolean) {
  const told: unknown[] = [];
  const call = async (what: unknown) => {
    told.push(what);
    if (!answers) throw new Error("does not answer");
    return "silence-1";
  };
  const alerts: Pick<Alerts, "silence" | "endSilence"> = {
    silence: (matchers: readonly Matcher[], until: Date, who) => call({ matchers, until, who }),
    endSilence: async (id) => void (await call(id)),
  };
  // Of the class nothing else is called.
  return { alerts: alerts as Alerts, told };
}

describe("alerts that an operation causes", () => {
  test("are kept back for as long as it takes, of its host alone", async () => {
    const { alerts, told } = alertmanager(true);
    const done = await whileQuiet(
      alerts,
      QUIET,
      () => undefined,
      async () => {
        expect(told).toMatchObject([
          {
            matchers: [
              { name: "instance", value: "db-2", isRegex: false },
              { name: "alertname", value: "PostgreSQLDown|ReplicationBroken", isRegex: true },
            ],
            who: { comment: "a copy" },
          },
        ]);
        return 7;
      },
    );
    expect([done, told.at(-1)]).toEqual([7, "silence-1"]);
  });

  test("are told of again when it fails", async () => {
    const { alerts, told } = alertmanager(true);
    const failing = whileQuiet(
      alerts,
      QUIET,
      () => undefined,
      () => Promise.reject(new Error("no leader")),
    );
    await expect(failing).rejects.toThrow("no leader");
    expect(told.at(-1)).toBe("silence-1");
  });

  test("do not hold it up when Alertmanager is down", async () => {
    const said: string[] = [];
    const { alerts, told } = alertmanager(false);
    expect(
      await whileQuiet(
        alerts,
        QUIET,
        (line) => said.push(line),
        async () => 7,
      ),
    ).toBe(7);
    expect(said).toEqual(["alerts of db-2 are not kept back: does not answer"]);
    expect(told).toHaveLength(1);
  });
});
