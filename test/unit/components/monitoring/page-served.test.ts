import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parsePromql } from "../../../support/alerts/promql.ts";
import { fixtureFile, fixtureFiles } from "../../../support/fixtures.ts";
import { made, ordersIn, served, WELL } from "../../../support/status-page.ts";

const ORDER = /^\{\{ range query "(vector\(time\(\) - (\d+)\) > 180)" \}\}$/;

describe("the page as Prometheus serves it", () => {
  test("says that it is not made any more, once it is three minutes old", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { html } = await made({ series: WELL });
    const [first = ""] = ordersIn(html);
    const [, query = "", moment] = ORDER.exec(first) ?? [];
    expect(Number(moment)).toBeGreaterThanOrEqual(before);
    expect(Number(moment)).toBeLessThanOrEqual(Date.now() / 1000 + 1);
    expect(() => parsePromql(query)).not.toThrow();
    expect(served(html, "5m 12s")).toContain(
      '<body>\n<p class="old">This page was made 5m 12s ago and is not made any more: <code>./holdfast logs ops-1 status-page</code></p>\n<header>',
    );
    expect(served(html, "5m 12s")).toContain("<title>Old: All is well: orders</title>");
    expect(served(html)).toContain("<title>All is well: orders</title>");
    expect(served(html)).not.toContain('<p class="old">');
  });

  test("takes no other order than this, whatever a text has in it", async () => {
    const { html } = await made({
      alerts: ["{{ .Secret }}", "{{{ end }}}", "{", "{{/* */}}"].map((summary) => ({
        labels: { alertname: summary, severity: "high", instance: summary },
        annotations: { summary, description: summary, runbook_url: `https://${summary}` },
        startsAt: "2026-01-02T03:04:05.678Z",
      })),
    });
    expect(html).toContain("&#123;&#123; .Secret &#125;&#125;");
    const orders = ordersIn(html).map((order) => order.replace(/\d{9,}/, "MOMENT"));
    const old = '{{ range query "vector(time() - MOMENT) > 180" }}';
    expect(orders).toEqual([old, "{{ end }}", old, "{{ .Value | humanizeDuration }}", "{{ end }}"]);
    expect(served(html)).not.toMatch(/\{\{|\}\}/);
  });

  test("keeps its style as it is", async () => {
    const { html } = await made();
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? "";
    expect(style).toContain("@container");
    // Prometheus would take the first for an order, and a browser the second for nothing.
    expect(style).not.toMatch(/\{\{|&#/);
  });
});

test("all of the program is on the operations host", () => {
  const folder = "/usr/local/lib/holdfast/status-page/";
  const there = (fixtureFiles("local").get("ops-1") ?? []).filter(({ path }) => path.startsWith(folder));
  const sources = readdirSync(new URL("../../../../components/monitoring/page/", import.meta.url));
  expect(there.map(({ path }) => path.slice(folder.length)).sort()).toEqual(
    sources.filter((name) => name.endsWith(".py")).sort(),
  );
});

describe("what the job leaves for the node exporter", () => {
  test("is when it last succeeded", async () => {
    const { metrics = "" } = await made({ series: WELL });
    const [, moment] = /^holdfast_status_page_last_success_timestamp_seconds (\d+)\n$/.exec(metrics) ?? [];
    expect(Math.abs(Number(moment) - Date.now() / 1000)).toBeLessThan(20);
  });

  test("is nothing when it did not, so that the last one becomes old", async () => {
    expect((await made({ gone: ["prometheus"] })).metrics).toBeUndefined();
    expect((await made({ gone: ["alertmanager"] })).metrics).toBeUndefined();
  });

  test("is where the node exporter looks, under a name that MetricsStale knows", () => {
    const settings: unknown = JSON.parse(fixtureFile("local", "ops-1", "/etc/prometheus/status-page.json"));
    expect(settings).toMatchObject({
      host: "ops-1",
      metrics: "/var/lib/prometheus/node-exporter/status-page.prom",
    });
    const rules = fixtureFile("local", "ops-1", "/etc/prometheus/rules.yml");
    expect(/node_textfile_mtime_seconds\{file=~\\?"\S*\|status-page\)/.test(rules)).toBe(true);
  });
});
