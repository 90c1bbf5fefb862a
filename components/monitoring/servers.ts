import type { HostPlan } from "../model.ts";
import { PORTS } from "../ports.ts";
import { MONITORING, PAGES } from "./names.ts";
import type { MonitoringConfig } from "./schema.ts";

export const PROMETHEUS_CONFIG = "/etc/prometheus/prometheus.yml";
export const PROMETHEUS_WEB = "/etc/prometheus/prometheus-web.yml";
export const ALERTMANAGER_CONFIG = "/etc/prometheus/alertmanager.yml";
export const ALERTMANAGER_WEB = "/etc/prometheus/alertmanager-web.yml";

/** The package's unit with a command of ours, which needs the data volume and starts again whatever ends it. */
const dropIn = (command: readonly string[]): string => `# Managed by Holdfast.
[Unit]
AssertPathIsMountPoint=${MONITORING.mount}
StartLimitIntervalSec=0

[Service]
# The package's own, which would win over what is said here.
EnvironmentFile=
ExecStart=
ExecStart=${command.join(" ")}
Restart=always
RestartSec=1
OOMScoreAdjust=400
`;

/** Links in alerts lead there. */
const externalUrl = ({ fqdn }: Pick<HostPlan, "fqdn">, port: number) =>
  `--web.external-url=https://${fqdn}:${port}`;

export const renderPrometheusUnit = ({ retention }: MonitoringConfig, host: Pick<HostPlan, "fqdn">): string =>
  dropIn([
    "/usr/bin/prometheus",
    `--config.file=${PROMETHEUS_CONFIG}`,
    `--web.listen-address=:${PORTS.prometheus}`,
    `--web.config.file=${PROMETHEUS_WEB}`,
    externalUrl(host, PORTS.prometheus),
    `--web.console.templates=${PAGES}`,
    // What was dropped in its first seconds, before it knew Alertmanager, would come a minute later otherwise. Four times as long
    // after its own end Alertmanager takes its alerts for over: a restart has to be shorter.
    "--rules.alert.resend-delay=30s",
    `--storage.tsdb.path=${MONITORING.data}`,
    `--storage.tsdb.retention.time=${retention.days}d`,
    `--storage.tsdb.retention.size=${retention.size}MB`,
  ]);

export const renderAlertmanagerUnit = (host: Pick<HostPlan, "fqdn">): string =>
  dropIn([
    "/usr/bin/prometheus-alertmanager",
    `--config.file=${ALERTMANAGER_CONFIG}`,
    `--web.listen-address=:${PORTS.alertmanager}`,
    `--web.config.file=${ALERTMANAGER_WEB}`,
    externalUrl(host, PORTS.alertmanager),
    `--storage.path=${MONITORING.alerts}`,
    // One alone: without this it would look for others, on a port of its own.
    "--cluster.listen-address=",
  ]);
