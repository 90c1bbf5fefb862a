import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const PROGRAM = join(import.meta.dirname, "../../components/monitoring/page");
const PASSWORD = "of the viewer";
const run = promisify(execFile);

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of its curve: how many minutes ago something is known. By default a whole hour, and now. */
  readonly minutes?: readonly number[];
}

export const of = (instance: string, value: number, more: Readonly<Record<string, string>> = {}): Series => ({
  metric: { instance, ...more },
  value,
});

const WATCHDOG = { labels: { alertname: "Watchdog", severity: "none" }, annotations: {} };

/** What Prometheus and Alertmanager say, as far as the page asks them. */
export interface Answers {
  readonly series?: Readonly<Record<string, readonly Series[]>>;
  /** All that fires; by default the dead man's switch. */
  readonly alerts?: readonly unknown[];
  /** Which of the two are not there. */
  readonly gone?: readonly ("prometheus" | "alertmanager")[];
}

/** Two members that are well. */
export const WELL: Readonly<Record<string, readonly Series[]>> = {
  pg_up: [of("db-1", 1), of("db-2", 1)],
  patroni_primary: [of("db-1", 1), of("db-2", 0)],
  pg_replay_streaming: [of("db-2", 1)],
};

/** How far standbys are behind, as the page asks. */
export const LAG =
  'max by (instance) (label_join(max by (standby) (pg_standby_lag_bytes{stage="replay"}), "instance", "", "standby") or on (instance) pg_replay_lag_bytes) and on (instance) pg_state_in_recovery == 1';

export interface Made {
  readonly code: number;
  readonly html: string;
  /** What is left for the node exporter. */
  readonly metrics: string | undefined;
}

const HOUR = Array.from({ length: 61 }, (_, minute) => 60 - minute);

const curve = ({ metric, value, minutes = HOUR }: Series, end: number) => ({
  metric,
  values: minutes.map((minute) => [end - minute * 60, String(minute === minutes.at(-1) ? value : 0)]),
});

/** The page that the program makes of these answers. */
export async function made({ series = {}, alerts = [WATCHDOG], gone = [] }: Answers = {}): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-page-"));
  const login = `Basic ${Buffer.from(`holdfast:${PASSWORD}`).toString("base64")}`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const asked = url.pathname === "/api/v2/alerts" ? "alertmanager" : "prometheus";
    if (gone.includes(asked)) return response.writeHead(503).end();
    if (asked === "alertmanager") return response.end(JSON.stringify(alerts));
    if (request.headers.authorization !== login) return response.writeHead(401).end();
    const end = Number(url.searchParams.get("end"));
    const result = (series[url.searchParams.get("query") ?? ""] ?? []).map((each) =>
      url.pathname.endsWith("query_range")
        ? curve(each, end)
        : { metric: each.metric, value: [1, String(each.value)] },
    );
    return response.end(JSON.stringify({ status: "success", data: { result } }));
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // of a server that listens at a port
    const url = `http://127.0.0.1:${port}`;
    const file = (name: string) => join(folder, name);
    const settings = {
      cluster: "orders",
      host: "ops-1",
      members: ["db-1", "db-2"],
      prometheus: { url, user: "holdfast", passwordFile: file("password"), ca: "" },
      alertmanager: { url, ca: "" },
      page: file("status.html"),
      metrics: file("status-page.prom"),
    };
    writeFileSync(file("password"), `${PASSWORD}\n`);
    writeFileSync(file("settings.json"), JSON.stringify(settings));
    const code = await run("python3", ["-B", PROGRAM, file("settings.json")]).then(
      () => 0,
      (error: { code: number }) => error.code,
    );
    const metrics = existsSync(settings.metrics) ? readFileSync(settings.metrics, "utf8") : undefined;
    return { code, html: readFileSync(settings.page, "utf8"), metrics };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** The orders to the template that Prometheus makes of the page. */
export const ordersIn = (html: string): readonly string[] => html.match(/\{\{.*?\}\}/gs) ?? [];

/** What Prometheus serves: with the orders carried out, on a page that is too old or not. */
export const served = (html: string, age?: string): string =>
  html.replace(/\{\{ range query .*? \}\}(.*?)\{\{ end \}\}/gs, (_, text: string) =>
    age === undefined ? "" : text.replace("{{ .Value | humanizeDuration }}", age),
  );
