import { PORTS } from "../../ports.ts";
import { MONITORING } from "../names.ts";
import { GRAFANA, GRAFANA_TLS } from "./names.ts";
import type { GrafanaConfig } from "./schema.ts";

/** Grafana reads what is secret, and what other steps make, from files when it starts. */
export const fromFile = (path: string): string => `$__file{${path}}`;

/** grafana.ini: nobody without a password, nothing that goes out of the host, nothing that is changed by hand and lost. */
export function renderGrafana(url: string, home: string): string {
  return ini({
    paths: {
      data: GRAFANA.data,
      plugins: `${GRAFANA.data}/plugins`,
      provisioning: GRAFANA.provisioning,
    },
    server: {
      protocol: "https",
      min_tls_version: "TLS1.2",
      http_port: PORTS.grafana,
      root_url: `${url.replace(/\/$/, "")}/`,
      cert_file: `${GRAFANA_TLS}.crt`,
      cert_key: `${GRAFANA_TLS}.key`,
    },
    database: { type: "sqlite3", path: `${GRAFANA.data}/grafana.db`, wal: true },
    security: {
      admin_user: MONITORING.viewer,
      admin_password: fromFile(GRAFANA.adminPassword),
      secret_key: fromFile(GRAFANA.secretKey),
      cookie_secure: true,
      allow_embedding: false,
      disable_gravatar: true,
    },
    users: { allow_sign_up: false, allow_org_create: false },
    "auth.anonymous": { enabled: false },
    analytics: {
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    },
    news: { news_feed_enabled: false },
    snapshots: { external_enabled: false },
    plugins: {
      plugin_admin_enabled: false,
      preinstall_disabled: true,
      public_key_retrieval_disabled: true,
    },
    // Alerts are Prometheus's, by files; Grafana's own would be a second way.
    unified_alerting: { enabled: false },
    dashboards: { default_home_dashboard_path: home },
    // They would be open to whoever reaches the port.
    metrics: { enabled: false },
    // The unit's journal.
    log: { mode: "console" },
  });
}

type Section = Readonly<Record<string, string | number | boolean>>;

const ini = (sections: Readonly<Record<string, Section>>): string =>
  [
    "# Managed by Holdfast.",
    ...Object.entries(sections).flatMap(([name, values]) => [
      "",
      `[${name}]`,
      ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
    ]),
    "",
  ].join("\n");

/** The package's unit, whose command differs from one version to the next and stays. */
export const renderGrafanaUnit = (): string => `# Managed by Holdfast.
[Unit]
AssertPathIsMountPoint=${MONITORING.mount}
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=1
# Its first start makes its database, and an upgrade changes it.
TimeoutStartSec=300
# Before Prometheus, without which nobody is told anything.
OOMScoreAdjust=500
NoNewPrivileges=true
PrivateTmp=true
PrivateDevices=true
ProtectHome=true
ProtectSystem=full
`;

type Archive = GrafanaConfig["archive"];

/** Where apt finds the package. */
export const renderSources = ({ url, suite, component }: Archive, keyring: string): string =>
  `# Managed by Holdfast.
Types: deb
URIs: ${url}
Suites: ${suite}
Components: ${component}
Signed-By: ${keyring}
`;

/** Whoever has that archive's key shall not be able to replace any other package of the host. */
export function renderPreferences({ url }: Archive): string {
  const { hostname } = new URL(url);
  const pin = (name: string, priority: number) =>
    `Package: ${name}\nPin: origin "${hostname}"\nPin-Priority: ${priority}\n`;
  return `# Managed by Holdfast.\n${pin("*", -1)}\n${pin("grafana", 500)}`;
}
