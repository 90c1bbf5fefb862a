import { describe, expect, test } from "vitest";
import type { AlertSink, Way } from "../../lab/support/alert-sink.ts";
import { eventually, type Lab } from "../../lab/support/lab.ts";
import { Prometheus } from "../../lab/support/prometheus.ts";

const QUERIES = [
  {
    name: "tables",
    sql: "SELECT relkind AS kind, count(*) AS value FROM pg_class GROUP BY 1",
    labels: ["kind"],
  },
  { name: "missing", sql: "SELECT count(*) AS value FROM no_such_table" },
  { name: "writes", sql: "SELECT 1 AS value FROM lo_create(0)" },
  { name: "orders", sql: "SELECT 1 AS value) AS q; DROP TABLE ledger; SELECT (SELECT 1" },
  { name: "endless", sql: "SELECT 1 AS value FROM pg_sleep(60)", timeoutSeconds: 1 },
  { name: "twice", sql: "SELECT 'a' AS kind, i AS value FROM generate_series(1, 2) AS i", labels: ["kind"] },
  { name: "nothing", sql: "SELECT NULL::int AS value" },
].map((query) => ({ help: "Of a test.", database: "app", everySeconds: 15, ...query }));
const BAD = ["missing", "writes", "orders", "endless", "twice"];

/** What users and the world around get wrong: each is told of, and stops nothing else. */
export function badInputTests(lab: Lab, sink: AlertSink, settings: { readonly monitoring: object }): void {
  const prometheus = new Prometheus(lab);
  const update = async (monitoring: object) => {
    await lab.configure({ ...settings, monitoring: { ...settings.monitoring, ...monitoring } });
    const ran = await lab.holdfast("up", "--yes");
    await sink.divert();
    return ran;
  };

  describe("queries of the user's", () => {
    test("that fail are named by the update, which goes on, and by an alert; the others have their numbers", async () => {
      const since = Date.now();
      const { code, stdout, stderr } = await update({ business: QUERIES });
      expect(code, stderr).toBe(0);
      for (const name of BAD) expect(stdout).toContain(`the query ${name} of monitoring.business`);
      await eventually("Prometheus has the numbers", 60, async () => {
        const [count] = await prometheus.query('holdfast_business_tables{kind="r"}');
        return (count?.value ?? 0) > 50;
      });
      expect(await prometheus.query("holdfast_business_nothing")).toMatchObject([{ value: Number.NaN }]);
      const failed = await prometheus.query("holdfast_query_failed == 1");
      expect(failed.map(({ labels }) => labels["query"]).sort()).toEqual([...BAD].sort());
      expect(await prometheus.query('up{job="node"} == 0')).toEqual([]);
      await eventually("people are told", 240, async () => {
        const told = await sink.of("BusinessQueryFailing", "slack", since, "firing");
        return BAD.every((name) => JSON.stringify(told).includes(name));
      });
    });

    test("that are not in the configuration any more leave nothing behind", async () => {
      expect((await update({ business: [] })).code).toBe(0);
      await eventually("their numbers are gone", 30, async () => {
        const left = await prometheus.query('{__name__=~"holdfast_business_.*"}');
        return left.length === 0;
      });
      const { stdout } = await lab.on("ops-1", "systemctl list-units --all --plain --no-legend 'business-*'");
      expect(stdout).toBe("");
    });
  });

  describe("a way out", () => {
    const send = () => lab.alerts("test-notification");

    test("that works takes a message of each severity", async () => {
      for (const [severity, takers, way] of [
        ["critical", "pagerduty and slack", "pagerduty"],
        ["high", "slack", "slack"],
        ["medium", "email", "mail"],
      ] as const) {
        const since = Date.now();
        const { code, stdout, stderr } = await lab.alerts("test-notification", "--severity", severity);
        expect([code, stdout], stderr).toEqual([0, `taken by ${takers}`]);
        expect(await sink.of("NotificationTest", way, since, "firing")).not.toEqual([]);
      }
    });

    test("that hangs is named, and has what waited once it answers", async () => {
      const since = Date.now();
      await lab.on("ops-1", "systemctl kill --signal STOP alert-sink");
      const hanging = await send().finally(() => lab.on("ops-1", "systemctl kill --signal CONT alert-sink"));
      expect([hanging.code, hanging.stderr]).toEqual([
        1,
        expect.stringMatching(
          /pagerduty and slack did not take it within 90 s[\s\S]*holdfast logs ops-1 prometheus-alertmanager/,
        ),
      ]);
      // With its end, too, which would count as a message that was taken for whoever tries next.
      const came = (way: Way) =>
        Promise.all(
          (["firing", "resolved"] as const).map((state) => sink.of("NotificationTest", way, since, state)),
        );
      await eventually("it comes after all", 180, async () =>
        [...(await came("slack")), ...(await came("pagerduty"))].every((messages) => messages.length > 0),
      );
    });

    test("that refuses is told of by the others", async () => {
      const since = Date.now();
      await lab.on("ops-1", "cp -a /etc/prometheus/secrets/slack-url /run/slack-url");
      await lab.on("ops-1", "printf 'http://127.0.0.1:1/gone\\n' >/etc/prometheus/secrets/slack-url");
      try {
        const { code, stderr } = await send();
        expect([code, stderr]).toEqual([1, expect.stringContaining("slack did not take it within 90 s")]);
        await eventually("the list names the way", 300, async () =>
          (await lab.alerts("list")).stdout.includes("Alertmanager cannot tell anybody by slack"),
        );
        expect(await sink.of("NotificationTest", "pagerduty", since, "firing")).not.toEqual([]);
      } finally {
        await lab.on("ops-1", "cp -a /run/slack-url /etc/prometheus/secrets/slack-url");
      }
    });
  });

  test("a full disk of Prometheus' is told of before and when it keeps nothing, lets the dead man's switch go, and with room again all is as before", async () => {
    const since = Date.now();
    const held = async () =>
      Math.max(...(await sink.messages()).filter(({ way }) => way === "switch").map(({ at }) => at * 1000));
    const fill = (bytes: string) =>
      lab.on(
        "ops-1",
        `set -e; size=$(df --output=size --block-size=1 /srv/data | tail -n 1); avail=$(df --output=avail --block-size=1 /srv/data | tail -n 1); fallocate --length "$((${bytes}))" /srv/data/filler-$RANDOM`,
      );
    try {
      expect((await fill("avail - size * 7 / 100")).code).toBe(0);
      await eventually(
        "people are told",
        60,
        async () => (await sink.of("DiskSpaceCritical", "pagerduty", since, "firing")).length > 0,
      );
      expect((await fill("avail")).code).toBe(0);
      await eventually(
        "people are told that no fault would be",
        60,
        async () => (await sink.of("PrometheusBlind", "pagerduty", since, "firing")).length > 0,
      );
      await eventually(
        "the dead man's switch is let go",
        300,
        async () => Date.now() - (await held()) > 100_000,
      );
      expect((await lab.on("ops-1", "systemctl is-active prometheus prometheus-alertmanager")).stdout).toBe(
        "active\nactive\n",
      );
    } finally {
      await lab.on("ops-1", "rm -f /srv/data/filler-*");
    }
    const room = Date.now();
    await eventually(
      "that is called off, and the switch held again",
      240,
      async () =>
        (await sink.of("PrometheusBlind", "pagerduty", room, "resolved")).length > 0 && (await held()) > room,
    );
    await eventually("everybody is asked as before", 60, async () => {
      const up = await prometheus.query("up");
      return up.length > 0 && up.every(({ value }) => value === 1);
    });
  });
}
