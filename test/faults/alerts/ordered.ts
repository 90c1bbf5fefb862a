import { beforeAll, describe, expect, test } from "vitest";
import type { AlertSink } from "../../lab/support/alert-sink.ts";
import { eventually, type Lab, wholeCluster } from "../../lab/support/lab.ts";
import { Prometheus } from "../../lab/support/prometheus.ts";
import { rolesOf } from "./scene.ts";

interface Who {
  readonly leader: string;
  readonly standby: string;
  readonly cluster: string;
}

interface Order {
  readonly what: string;
  /** Whether it has alerts kept back: with little data it may be over before any of them fires. */
  readonly silences: boolean;
  /** What always fires of it. */
  readonly fires?: string;
  readonly give: (who: Who) => Promise<void>;
}

/** Longer than any of them takes here. */
const TIMEOUT_MS = 900_000;
/** So soon after it an alert has ended that was only the order's. */
const OVER_SECONDS = 120;
/** Several times as long as HostDown waits. */
const MISSED = "45s";
/** After so long whoever would have been woken after the end of a silence has been. */
const LATER_MS = 60_000;

/** What people order of a cluster, one after the other: what each breaks on its way, they know of. */
export function orderedTests(lab: Lab, sink: AlertSink): void {
  const prometheus = new Prometheus(lab);
  const run = async (...argv: readonly string[]) => {
    const { code, stderr } = await lab.machine(...argv, "--stack", lab.name);
    expect(code, stderr).toBe(0);
  };
  const critical = async (range: string) => {
    const found = await prometheus.query(
      `max by (alertname) (max_over_time(ALERTS{severity="critical",alertstate="firing"}[${range}]))`,
    );
    return found.map(({ labels }) => String(labels["alertname"]));
  };
  /** Those that have ended, too. */
  const silencesSoFar = async () => (await prometheus.query("sum(alertmanager_silences)"))[0]?.value ?? 0;
  const nothingCritical = () =>
    eventually("nothing critical fires", OVER_SECONDS, async () => {
      const firing = await critical("5s");
      if (firing.length > 0) throw new Error(firing.join(", "));
      return true;
    });
  const offInMaintenance = async ({ leader }: Who) => {
    await run("maintenance", leader, "on", "--yes");
    try {
      await lab.container("stop", leader);
      await eventually(`${leader} has been off for long enough to be missed`, OVER_SECONDS, async () => {
        const away = `max_over_time(up{job="node",instance="${leader}"}[${MISSED}]) == 0`;
        return (await prometheus.query(away)).length > 0;
      });
    } finally {
      await lab.container("start", leader);
      const answers = async () => (await lab.on(leader, "true")).code === 0;
      await eventually(`${leader} answers again`, OVER_SECONDS, answers);
      await run("maintenance", leader, "off", "--yes");
    }
  };
  const replace = ["restore", "run", "--to", "latest", "--into", "cluster", "--confirm"];
  const orders: readonly Order[] = [
    { what: "a switchover", silences: false, give: () => run("switchover", "--yes") },
    { what: "a restart of every server", silences: true, give: () => run("restart", "--rolling", "--yes") },
    {
      what: "a standby's copy made anew",
      silences: true,
      give: ({ standby }) => run("reinit", standby, "--yes"),
    },
    {
      what: "the maintenance of the primary's host, which is off meanwhile",
      silences: true,
      fires: "HostDown",
      give: offInMaintenance,
    },
    { what: "a recovery in place", silences: true, give: ({ cluster }) => run(...replace, cluster) },
    {
      what: "the way back from it",
      silences: true,
      give: ({ cluster }) => run("restore", "undo", "--confirm", cluster),
    },
  ];

  describe("nobody is woken by", () => {
    let since = Number.NaN;
    beforeAll(async () => {
      await rolesOf(lab);
      await nothingCritical();
      since = Date.now();
    });

    test.each(orders)(
      "$what",
      async ({ give, silences, fires }) => {
        const { leader, standbys } = await rolesOf(lab);
        const before = await silencesSoFar();
        const given = Date.now();
        await give({ leader, standby: standbys[0], cluster: lab.name });
        await wholeCluster(lab, 180);
        const fired = await critical(`${Math.ceil((Date.now() - given) / 1000)}s`);
        if (fires !== undefined) expect(fired).toContain(fires);
        if (silences)
          await eventually("alerts were kept back", 30, async () => (await silencesSoFar()) > before);
        await nothingCritical();
        expect([...(await sink.woken(since))]).toEqual([]);
      },
      TIMEOUT_MS,
    );

    test("the end of a silence", async () => {
      await new Promise((resolve) => setTimeout(resolve, LATER_MS));
      expect([...(await sink.woken(since))]).toEqual([]);
    });
  });
}
