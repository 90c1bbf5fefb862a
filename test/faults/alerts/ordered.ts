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
  /** Whether it looks to Prometheus like what pages. Where it is over too soon for that here, this shows only that it pages nobody. */
  readonly fires: boolean;
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
    { what: "a switchover", fires: false, give: () => run("switchover", "--yes") },
    { what: "a restart of every server", fires: false, give: () => run("restart", "--rolling", "--yes") },
    {
      what: "a standby's copy made anew",
      fires: false,
      give: ({ standby }) => run("reinit", standby, "--yes"),
    },
    {
      what: "the maintenance of the primary's host, which is off meanwhile",
      fires: true,
      give: offInMaintenance,
    },
    { what: "a recovery in place", fires: true, give: ({ cluster }) => run(...replace, cluster) },
    {
      what: "the way back from it",
      fires: true,
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
      async ({ give, fires }) => {
        const { leader, standbys } = await rolesOf(lab);
        const given = Date.now();
        await give({ leader, standby: standbys[0], cluster: lab.name });
        await wholeCluster(lab, 180);
        const fired = await critical(`${Math.ceil((Date.now() - given) / 1000)}s`);
        if (fires) expect(fired).not.toEqual([]);
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
