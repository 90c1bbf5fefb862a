import { operationsHost, type Topology } from "../../model.ts";
import { DATA_ROOT } from "../../paths.ts";
import { PORTS } from "../../ports.ts";
import type { GrafanaConfig } from "./schema.ts";

/**
 * Keys and secrets: not below /etc/grafana, of which each upgrade of the package takes every file for its own and lets
 * the group read it.
 */
const FOLDER = "/etc/holdfast/grafana";

export const GRAFANA = {
  /** The system's user and its group, as the package has them. */
  user: "grafana",
  unit: "grafana-server",
  tls: `${FOLDER}/tls`,
  /** Where the package's unit looks for it. */
  config: "/etc/grafana/grafana.ini",
  provisioning: "/etc/grafana/provisioning",
  dashboards: "/etc/grafana/holdfast",
  /** Its database, on the data volume. */
  data: `${DATA_ROOT}/grafana`,
  adminPassword: `${FOLDER}/admin-password`,
  /** What it encrypts with in its database. */
  secretKey: `${FOLDER}/secret-key`,
  /** As whom it asks Prometheus: a file of its own, since the other one is not for its user. */
  prometheusPassword: `${FOLDER}/prometheus-password`,
} as const;

/** Its identity: a path without suffix. */
export const GRAFANA_TLS = `${GRAFANA.tls}/grafana`;

/** Where people find it. */
export const grafanaUrl = ({ hosts }: Pick<Topology, "hosts">, { url }: GrafanaConfig): string =>
  url ?? `https://${operationsHost(hosts).fqdn}:${PORTS.grafana}`;
