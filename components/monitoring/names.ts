import { BARMAN } from "../barman/names.ts";
import type { HostRole } from "../model.ts";
import { AGENT_FOLDER, DATA_ROOT } from "../paths.ts";

/** What monitoring is called on all hosts: one place, since servers, clients and accounts must agree. */
export const MONITORING = {
  /** The system's user of exporters, Prometheus and Alertmanager, as Debian's packages have it. */
  user: "prometheus",
  /** The role in the database, which has pg_monitor and nothing else. */
  role: "monitoring",
  /** At one server: the exporter has two at times, and each of three timers one. */
  connections: 6,
  /** The map of pg_ident.conf by which the user is that role, on the host's own socket. */
  map: "exporters",
  tls: "/etc/prometheus/tls",
  mount: DATA_ROOT,
  /** What Prometheus has collected, on the data volume. */
  data: `${DATA_ROOT}/prometheus`,
  alerts: `${DATA_ROOT}/alertmanager`,
  /** Who looks at Prometheus with a browser. */
  viewer: "holdfast",
} as const;

/** Who asks the user's own queries: a role and an identity apart, which may read these tables and do nothing else. */
export const BUSINESS = {
  role: "business_metrics",
  identity: "/etc/prometheus/tls/business_metrics",
  /** They ask one after the other. */
  connections: 1,
} as const;

/**
 * Roles of Holdfast's own, which are no application's: they copy, count and look at everything, and where a primary is held or
 * exchanged they wait for it.
 */
export const OWN_ROLES: readonly string[] = [
  ...["postgres", "replicator", "rewind", "pooler"],
  ...[BARMAN.catalogue, BARMAN.manifest, BARMAN.streaming, MONITORING.role],
];

/** The identity of all that runs as this user on a host: of exporters, which are asked, and of Prometheus, which asks. */
export const MONITORING_TLS = `${MONITORING.tls}/monitoring`;

/** By whose certificate a host asks its own exporters, and tells Alertmanager of events. Patroni's callback may read it. */
export const ASKED_BY: Readonly<Record<HostRole, string>> = {
  database: "/etc/postgresql/tls/server",
  proxy: "/etc/haproxy/tls/haproxy",
  operations: MONITORING_TLS,
};

/** What hosts tell of the moment it happens; also the names of pages in docs/runbooks. */
export const EVENTS = { leaderChanged: "LeaderChanged", unitCrashed: "UnitCrashed" } as const;

/** The alert by which somebody tries whether alerts arrive. */
export const NOTIFICATION_TEST = "NotificationTest";

/** Of who looks with a browser, for those on the host who ask in the same way. */
export const WEB_PASSWORD = "/etc/prometheus/secrets/web-password";

/** What Prometheus serves below /consoles/, and the page there. */
export const PAGES = "/var/lib/prometheus/consoles";
export const STATUS_PAGE = "status.html";

/** Patroni's callback. */
export const ROLE_CHANGED = `${AGENT_FOLDER}/role-changed`;

export const EXPORTER_WEB = "/etc/prometheus/exporter-web.yml";
export const QUERIES = "/etc/prometheus/queries.yml";
export const STATISTICS = `${AGENT_FOLDER}/statistics`;
export const HOST_METRICS = `${AGENT_FOLDER}/host-metrics`;
