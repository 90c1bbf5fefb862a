import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "../../../../components/monitoring/page");
const PASSWORD = "of the viewer";
const WATCHDOG = { labels: { alertname: "Watchdog", severity: "none" }, annotations: {} };
const run = promisify(execFile);

type Vector = readonly { readonly metric: Record<string, string>; readonly value: number }[];

/** Prometheus and Alertmanager, as far as the page asks them. */
let answers: Record<string, Vector>;
let alerts: unknown;
let server: Server;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-page-"));
  writeFileSync(join(folder, "password"), `${PASSWORD}\n`);
  answers = {};
  alerts = [WATCHDOG];
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const login = `Basic ${Buffer.from(`holdfast:${PASSWORD}`).toString("base64")}`;
    if (url.pathname === "/api/v2/alerts") return response.end(JSON.stringify(alerts));
    if (request.headers.authorization !== login) return response.writeHead(401).end();
    const found = answers[url.searchParams.get("query") ?? ""] ?? [];
    const result = found.map(({ metric, value }) =>
      url.pathname.endsWith("query_range")
        ? {
            metric,
            values: [
              [1, "0"],
              [2, String(value)],
            ],
          }
        : { metric, value: [1, String(value)] },
    );
    return response.end(JSON.stringify({ status: "success", data: { result } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function made(url?: string): Promise<{ code: number; html: string }> {
  const { port } = server.address() as AddressInfo; // of a server that listens at a port
  const here = url ?? `http://127.0.0.1:${port}`;
  const settings = {
    cluster: "orders",
    members: ["db-1", "db-2"],
    prometheus: { url: here, user: "holdfast", passwordFile: join(folder, "password"), ca: "" },
    alertmanager: { url: here, ca: "" },
    page: join(folder, "status.html"),
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
  const code = await run("python3", ["-B", PROGRAM, join(folder, "settings.json")]).then(
    () => 0,
    (error: { code: number }) => error.code,
  );
  return { code, html: readFileSync(settings.page, "utf8") };
}

const of = (instance: string, value: number, more: Record<string, string> = {}) => ({
  metric: { instance, ...more },
  value,
});
const rowOf = (html: string, name: string) =>
  new RegExp(`<tr><td>${name}</td>.*?</tr>`).exec(html)?.[0] ?? "";

describe("the page of the cluster's state", () => {
  test("says who leads, who follows how closely, and who does not answer", async () => {
    answers = {
      pg_up: [of("db-1", 1)],
      patroni_primary: [of("db-1", 1)],
      patroni_postgres_timeline: [of("db-1", 7)],
    };
    const { code, html } = await made();
    expect(code).toBe(0);
    expect(rowOf(html, "db-1")).toContain('<td class="good">leader</td><td>7</td>');
    expect(rowOf(html, "db-2")).toContain('<td class="bad">not answering</td>');
  });

  test("has what fires on top, the worst first, without the dead man's switch, and no markup of anybody's", async () => {
    const alert = (alertname: string, severity: string, summary: string) => ({
      labels: { alertname, severity, instance: "db-2" },
      annotations: { summary, runbook_url: "https://wiki.example.com/PostgreSQLDown.md" },
      startsAt: "2026-01-02T03:04:05Z",
    });
    alerts = [
      alert("LockWaits", "high", "<script>alert(1)</script> {{ .Secret }}"),
      alert("Watchdog", "none", "always"),
      alert("PostgreSQLDown", "critical", "PostgreSQL is down on db-2"),
    ];
    const { html } = await made();
    expect(html).toContain('<span class="state bad">1 critical</span>');
    expect(html.indexOf("PostgreSQLDown</a>")).toBeLessThan(html.indexOf("LockWaits</a>"));
    expect(html).not.toContain("Watchdog");
    expect(html).not.toContain("<script>");
    // Prometheus would take it for an order.
    expect(html).not.toMatch(/\{\{|\}\}/);
  });

  test("draws the last hour, each curve with its name and its last value", async () => {
    answers = { "max by (instance) (pg_replay_lag_bytes)": [of("db-1", 2048), of("db-2", 0)] };
    const { html } = await made();
    expect(html).toContain("Replay lag<small>at most 2.0 KiB</small>");
    expect(html).toContain("db-1 <b>2.0 KiB</b>");
    expect(html.match(/<polyline /g)).toHaveLength(2);
  });

  test("says what is not known, and fails, instead of showing a cluster that is well", async () => {
    const { code, html } = await made("http://127.0.0.1:1");
    expect(code).toBe(1);
    expect(html).toContain('<span class="state bad">Not everything is known</span>');
    expect(html).toContain("Prometheus does not answer");
    expect(html).toContain("Alertmanager does not say which alerts fire");
  });

  test("is not well when the dead man's switch does not fire, however quiet all is", async () => {
    answers = { pg_up: [of("db-1", 1), of("db-2", 1)] };
    expect((await made()).html).toContain('<span class="state good">All is well</span>');
    alerts = [];
    // As in the first seconds of a new cluster, which is no failure of the page.
    const { code, html } = await made();
    expect(code).toBe(0);
    expect(html).toContain('<span class="state bad">Not everything is known</span>');
    expect(html).toContain("switch does not fire");
  });

  test("loads nothing from anywhere", async () => {
    const { html } = await made();
    expect(html).toContain("Content-Security-Policy\" content=\"default-src 'none'");
    expect(html).not.toMatch(/src=|url\(|@import|<link/);
  });
});
