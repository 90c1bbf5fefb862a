import { describe, expect, test } from "vitest";
import { LAG, made, of, WELL } from "../../../support/status-page.ts";

const rowOf = (html: string, name: string) =>
  new RegExp(`<tr><th scope="row">${name}</th>.*?</tr>`).exec(html)?.[0] ?? "";
const verdictOf = (html: string) => {
  const [, state, words] = /<div class="verdict (\w+)"><strong>(.*?)<\/strong>/.exec(html) ?? [];
  return `${state}: ${words}`;
};
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const alert = (alertname: string, severity: string, minutes: number, more: Record<string, string> = {}) => ({
  labels: { alertname, severity, instance: "db-2" },
  annotations: { summary: `${alertname} on db-2`, description: "", ...more },
  startsAt: minutesAgo(minutes),
});
const WATCHDOG = alert("Watchdog", "none", 1000);

describe("the page of the cluster's state", () => {
  test("says who leads, who follows how closely, and who does not answer", async () => {
    const { code, html } = await made({
      series: {
        pg_up: [of("db-1", 1)],
        patroni_primary: [of("db-1", 1)],
        patroni_postgres_timeline: [of("db-1", 7)],
      },
    });
    expect(code).toBe(0);
    expect(rowOf(html, "db-1")).toContain(
      '<td data-label="Role"><span class="chip good">leader</span></td><td data-label="Behind">–</td>',
    );
    expect(rowOf(html, "db-1")).toContain('<td data-label="Timeline">7</td>');
    expect(rowOf(html, "db-2")).toContain('<span class="chip bad">not answering</span>');
    expect(html).toContain('<dt>Leader</dt><dd class="good">db-1</dd>');
    expect(html).toContain('<dt>Standbys that stream</dt><dd class="bad">0 of 1</dd>');
  });

  test("does not call a standby that is cut off up to date", async () => {
    const lag = { [LAG]: [of("db-2", 0)] };
    const streaming = await made({ series: { ...WELL, ...lag } });
    expect(rowOf(streaming.html, "db-2")).toContain('<td data-label="Behind">0 B</td>');
    const cutOff = await made({ series: { ...WELL, ...lag, pg_replay_streaming: [of("db-2", 0)] } });
    expect(rowOf(cutOff.html, "db-2")).toContain('<td data-label="Behind">?</td>');
  });

  test("says when it was that a moment could be recovered", async () => {
    const now = Date.now() / 1000;
    const { html } = await made({
      series: {
        ...WELL,
        'holdfast_recovery_window_end_timestamp_seconds{place="bucket"}': [of("ops-1", 1_796_000_000)],
        'holdfast_job_last_success_timestamp_seconds{job_name="recovery-window"}': [
          of("ops-1", now - 52 * 60),
        ],
      },
    });
    expect(html).toContain("<dt>Newest moment to recover</dt><dd>2026-11-30 00:53 UTC</dd>");
    expect(html).toContain("<dt>These moments were looked up</dt><dd>52 min ago</dd>");
  });

  test("says for how long somebody has not answered", async () => {
    const seen = Date.now() / 1000 - 12 * 60;
    const { html } = await made({
      series: {
        ...WELL,
        pg_up: [of("db-1", 1), of("db-2", 0)],
        "max_over_time(timestamp(pg_up == 1)[1d:1m])": [of("db-2", seen)],
      },
    });
    expect(verdictOf(html)).toBe("bad: db-2 not answering");
    expect(html).toMatch(/<\/strong><p><b>for 12 min<\/b> since \d\d:\d\d UTC<\/p>/);
    expect(rowOf(html, "db-2")).toContain("not answering for 12 min");
  });

  test("has what fires on top, the worst first, since when, and without the dead man's switch", async () => {
    const { html } = await made({
      series: WELL,
      alerts: [
        alert("LockWaits", "high", 240),
        WATCHDOG,
        alert("PostgreSQLDown", "critical", 30, { runbook_url: "https://wiki.example.com/Down.md" }),
        alert("NoLeader", "critical", 50, { runbook_url: "docs/runbooks/NoLeader.md" }),
      ],
    });
    expect(verdictOf(html)).toBe("bad: 2 critical, 1 high");
    expect(html).toContain("</strong><p><b>for 50 min</b> since ");
    expect([...html.matchAll(/<h3>(\w+) on db-2<\/h3>/g)].map(([, name]) => name)).toEqual([
      "PostgreSQLDown",
      "NoLeader",
      "LockWaits",
    ]);
    expect(html).toContain('<span class="chip warn">high</span> <b>for 4.0 h</b>');
    expect(html).toContain('What to do: <a href="https://wiki.example.com/Down.md">runbook</a>');
    expect(html).toContain("What to do: docs/runbooks/NoLeader.md<");
    expect(html).not.toContain("Watchdog");
  });

  test("is no worse than what fires", async () => {
    const { html } = await made({ series: WELL, alerts: [WATCHDOG, alert("LockWaits", "high", 5)] });
    expect(verdictOf(html)).toBe("warn: 1 high");
  });

  test("has no markup of anybody's", async () => {
    const { html } = await made({
      alerts: [WATCHDOG, alert("A", "high", 1, { summary: "<script>alert(1)</script>" })],
    });
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).not.toContain("<script");
  });

  test("says what is not known, and fails, instead of showing a cluster that is well", async () => {
    const { code, html } = await made({ gone: ["prometheus", "alertmanager"] });
    expect(code).toBe(1);
    expect(verdictOf(html)).toBe("bad: Not everything is known");
    expect(html).toContain("Prometheus does not answer");
    expect(html).toContain("Alertmanager does not say which alerts fire");
    expect(html).toContain("Nobody knows which alerts fire.");
    expect(html).not.toContain("No alert fires");
    expect(html).not.toContain("chip good");
  });

  test("tells of what fires when Prometheus is gone", async () => {
    const { html } = await made({
      gone: ["prometheus"],
      alerts: [WATCHDOG, alert("HostDown", "critical", 3)],
    });
    expect(verdictOf(html)).toBe("bad: 1 critical");
    expect(html).toContain("Prometheus does not answer");
  });

  test("is not well when the dead man's switch does not fire, however quiet all is", async () => {
    expect(verdictOf((await made({ series: WELL })).html)).toBe("good: All is well");
    // As in the first seconds of a new cluster, which is no failure of the page.
    const { code, html } = await made({ series: WELL, alerts: [] });
    expect(code).toBe(0);
    expect(verdictOf(html)).toBe("bad: Not everything is known");
    expect(html).toContain("switch does not fire");
    expect(html).toContain('<span class="chip plain">none</span> No alert fires, as far as is known.');
  });

  test("is not well when nobody leads", async () => {
    const { html } = await made({ series: { ...WELL, patroni_primary: [of("db-1", 0), of("db-2", 0)] } });
    expect(verdictOf(html)).toBe("bad: No member leads");
    expect(html).toContain('<dt>Leader</dt><dd class="bad">none</dd>');
  });

  test("takes a share that nothing could be divided for as unknown", async () => {
    const memory = "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes";
    const { html } = await made({
      series: {
        'max by (instance) (up{job="node"})': [of("db-1", 1)],
        [memory]: [of("db-1", Number.NaN)],
        'max by (instance) (max_over_time(timestamp(up{job="node"} == 1)[1d:1m]))': [of("gone-1", 1)],
      },
    });
    const hosts = html.slice(html.indexOf("<h2>Hosts</h2>"));
    expect(rowOf(hosts, "db-1")).toContain('<td data-label="Memory"><span class="">?</span></td>');
    // Of a host that is no longer asked nothing is shown.
    expect(hosts).not.toContain("gone-1");
  });

  test("loads nothing from anywhere", async () => {
    const { html } = await made();
    expect(html).toContain("Content-Security-Policy\" content=\"default-src 'none'");
    expect(html).not.toMatch(/src=|url\(|@import|<link/);
  });
});
