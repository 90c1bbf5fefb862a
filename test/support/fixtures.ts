import type { ClusterPlan } from "../../components/cluster.ts";
import { clusterFiles } from "../../components/files.ts";
import { type HostPlan, type HostRole, hostsOf } from "../../components/model.ts";
import { dashboardsOf } from "../../components/monitoring/grafana/draw.ts";
import type { ManagedFile } from "../../components/remote/managed-file.ts";
import { parseConfig } from "../../infra/config/parse.ts";
import { labAddresses } from "../../infra/local/addresses.ts";
import { planCluster } from "../../infra/plan.ts";

interface Fixture {
  readonly stack: string;
  /** Whether its hosts are containers, or machines with a kernel of their own. */
  readonly container: boolean;
  /** What a stack's file says below "holdfast:". */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Two clusters that between them show every choice: as little said as possible, and as much. */
export const FIXTURES = {
  local: {
    stack: "local",
    container: true,
    config: { platform: "local", availability: { durability: "strict", rto: "fast" } },
  },
  custom: {
    stack: "custom",
    container: false,
    config: {
      platform: "local",
      cluster: { name: "orders", domain: "orders.example.com" },
      hosts: {
        database: { count: 5, cpu: 8, memory: "32GiB", disk: "500GiB", zones: ["a", "b"] },
        proxy: { count: 3 },
      },
      postgres: {
        version: 15,
        source: "debian",
        profile: "olap",
        extensions: ["auto_explain", "pg_prewarm", "pg_stat_statements"],
        settings: {
          "auto_explain.log_min_duration": "5s",
          log_min_duration_statement: "250ms",
          TimeZone: "Europe/Berlin",
          work_mem: "256MB",
        },
      },
      availability: { durability: "async", rto: "safe" },
      databases: [
        { name: "shop", extensions: ["pg_trgm"], poolSize: 20 },
        { name: "billing", locale: "de_DE.UTF-8", connectionLimit: 40, extensions: ["uuid-ossp"] },
      ],
      roles: [
        {
          name: "auditor",
          connectionLimit: 5,
          grants: [
            { database: "shop", access: "read" },
            { database: "billing", access: "read" },
          ],
        },
        { name: "migrations", grants: [{ database: "shop", access: "own" }] },
      ],
      monitoring: {
        retention: { days: 90, size: "5GiB" },
        thresholds: { replicationLagHighSeconds: 20 },
        runbooks: "https://wiki.example.com/runbooks",
        grafana: {
          archive: {
            url: "https://packages.example.com/grafana",
            suite: "beta",
            keyUrl: "https://packages.example.com/grafana.asc",
            keyFingerprint: "0123456789ABCDEF0123456789ABCDEF01234567",
          },
          url: "https://grafana.example.com",
        },
        business: [
          {
            name: "open_orders",
            help: "Orders that nobody has sent yet",
            database: "shop",
            sql: "SELECT region, count(*) AS value FROM orders WHERE sent IS NULL GROUP BY region;",
            labels: ["region"],
          },
          {
            name: "invoices",
            help: "Invoices written so far",
            kind: "counter",
            database: "billing",
            sql: "SELECT count(*) AS n FROM invoices",
            value: "n",
            everySeconds: 300,
            timeoutSeconds: 30,
          },
        ],
      },
      notifications: {
        slack: { webhook: "https://hooks.slack.com/services/T000/B000/secret" },
        email: { to: ["dba@example.com"], from: "holdfast@example.com", server: "smtp.example.com:587" },
      },
      access: [
        {
          from: ["10.20.0.0/16", "10.77.1.0/24"],
          databases: ["shop"],
          roles: ["shop_writer", "shop_reader"],
        },
        { from: ["10.30.1.0/24", "10.30.2.0/24"], roles: ["auditor"] },
      ],
      pools: { maxClients: 4000, sessions: 20, preparedStatements: 500, idleTransactionTimeout: 120 },
      tls: { caDays: 1825, certificateDays: 90, renewBeforeDays: 15 },
      os: { timeZone: "Europe/Berlin" },
      local: { subnet: "10.77.1.0/24", portBase: 31_000 },
    },
  },
} as const satisfies Readonly<Record<string, Fixture>>;

export type FixtureName = keyof typeof FIXTURES;

/** The plan of a configuration, which must be a valid one. */
export function planOf(config: Readonly<Record<string, unknown>>, stack = "local"): ClusterPlan {
  const parsed = parseConfig(config, stack);
  if (!parsed.ok) {
    throw new Error(`the configuration is not valid: ${JSON.stringify(parsed.problems, null, 2)}`);
  }
  return planCluster(parsed.config, labAddresses(parsed.config, stack));
}

export const fixturePlan = (name: FixtureName): ClusterPlan =>
  planOf(FIXTURES[name].config, FIXTURES[name].stack);

/** Drawn once, since that takes a while. */
const DASHBOARDS = {
  local: await dashboardsOf(fixturePlan("local")),
  custom: await dashboardsOf(fixturePlan("custom")),
} as const satisfies Readonly<Record<FixtureName, ReadonlyMap<string, string>>>;

export const fixtureFiles = (name: FixtureName): ReadonlyMap<string, readonly ManagedFile[]> =>
  clusterFiles(fixturePlan(name), {
    container: FIXTURES[name].container,
    dashboards: DASHBOARDS[name],
  });

/** The text of one file on a host of a fixture. */
export function fixtureFile(name: FixtureName, host: string, path: string): string {
  const found = fixtureFiles(name)
    .get(host)
    ?.find((file) => file.path === path);
  if (found === undefined) {
    throw new Error(`the fixture "${name}" has no file ${path} on "${host}"`);
  }
  return found.content;
}

/** The first host of a role. */
export function firstHost(plan: ClusterPlan, role: HostRole): HostPlan {
  const [first] = hostsOf(plan.topology.hosts, role);
  if (first === undefined) {
    throw new Error(`the plan has no host of the role "${role}"`);
  }
  return first;
}
