/** Where a host's data volume is mounted: the database and etcd live below it and outlive the host. */
export const DATA_ROOT = "/srv/data";

/** What Holdfast itself has on a host: its agent, and a script for each component. */
export const AGENT_FOLDER = "/usr/local/lib/holdfast";
export const AGENT_PATH = `${AGENT_FOLDER}/agent`;

/** Where the agent looks for a component's own validate, apply and verify functions. */
export const scriptPath = (component: string): string => `${AGENT_FOLDER}/${component}.sh`;

/** Speaks to HAProxy's master process on a proxy. */
export const HAPROXY_MASTER = scriptPath("haproxy-master");

/** There while an operator has the host out of service; the agent makes it and takes it away. */
export const MAINTENANCE_MARK = "/var/lib/holdfast/maintenance";

/** Metrics that jobs write as text: where Debian's node exporter looks for them. */
export const METRICS_FOLDER = "/var/lib/prometheus/node-exporter";
