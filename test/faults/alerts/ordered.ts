import { describe, expect, test } from "vitest";
import type { AlertSink } from "../../lab/support/alert-sink.ts";
import { eventually, type Lab, wholeCluster } from "../../lab/support/lab.ts";
import { Prometheus } from "../../lab/support/prometheus.ts";
import { rolesOf } from "./scene.ts";

interface Who {
  readonly leader: string;
  readonly standby: string;
  readonly cluster: string;
}

/** What people order of a cluster, one after the other: what each breaks on its way, they know of. */
const ORDERED: Readonly<Record<string, (who: Who) => readonly string[]>> = {
  "a switchover": () => ["switchover", "--yes"],
  "a restart of every server": () => ["restart", "--rolling", "--yes"],
  "a standby's copy made anew": ({ standby }) => ["reinit", standby, "--yes"],
  "a recovery in place": ({ cluster }) => [
    ...["restore", "run", "--to", "latest", "--into", "cluster", "--confirm", cluster],
  ],
  "the way back from it": ({ cluster }) => ["restore", "undo", "--confirm", cluster],
};
/** Longer than any of them takes here. */
const TIMEOUT_MS = 900_000;
/** So soon after it an alert has ended that was only the order's. */
const OVER_SECONDS = 120;
/** Several times as long as HostDown waits. */
const MISSED = "45s";

export function orderedTests(lab: Lab, sink: AlertSink): void {
  const prometheus = new Prometheus(lab);
  const run = async (...argv: readonly string[]) => {
    const { code, stderr } = await lab.machine(...argv, "--stack", lab.name);
    expect(code, stderr).toBe(0);
  };
  const nothingCritical = () =>
    eventually("nothing critical fires", OVER_SECONDS, async () => {
      const firing = await prometheus.query('ALERTS{severity="critical",alertstate="firing"}');
      if (firing.length > 0) throw new Error(firing.map(({ labels }) => labels["alertname"]).join(", "));
      return true;
    });
  const who = async (): Promise<Who> => {
    const { leader, standbys } = await rolesOf(lab);
    return { leader, standby: standbys[0], cluster: lab.name };
  };
  /** Whom the work has woken, and whoever is woken once its silence has ended. */
  const wakesNobody = async (work: (who: Who) => Promise<void>) => {
    const ordering = await who();
    await nothingCritical();
    const since = Date.now();
    await work(ordering);
    await wholeCluster(lab, 180);
    await nothingCritical();
    expect([...(await sink.woken(since))]).toEqual([]);
  };

  describe("nobody is woken by", () => {
    for (const [what, argv] of Object.entries(ORDERED)) {
      test(what, () => wakesNobody(async (ordering) => run(...argv(ordering))), TIMEOUT_MS);
    }

    test(
      "the maintenance of the primary's host, which is off meanwhile",
      () =>
        wakesNobody(async ({ leader }) => {
          await run("maintenance", leader, "on", "--yes");
          await lab.container("stop", leader);
          await eventually(`${leader} has been off for long enough to be missed`, OVER_SECONDS, async () => {
            const away = `max_over_time(up{job="node",instance="${leader}"}[${MISSED}]) == 0`;
            return (await prometheus.query(away)).length > 0;
          });
          await lab.container("start", leader);
          const answers = async () => (await lab.on(leader, "true")).code === 0;
          await eventually(`${leader} answers again`, OVER_SECONDS, answers);
          await run("maintenance", leader, "off", "--yes");
        }),
      TIMEOUT_MS,
    );
  });
}
