import type { Variable } from "./panel.ts";

/** Database hosts. */
export const MEMBERS: Variable = {
  name: "host",
  label: "Host",
  series: 'up{job="node",role="database"}',
  from: "instance",
};

/** Hosts of every role. */
export const HOSTS: Variable = { ...MEMBERS, series: 'up{job="node"}' };

export const DATABASES: Variable = {
  name: "datname",
  label: "Database",
  series: "pg_databases_commits_total",
  from: "datname",
};

/** Selectors of what the variables choose. */
export const ON_HOST = 'instance=~"$host"';
export const IN_DATABASE = 'datname=~"$datname"';

/**
 * Without the database in which Patroni and the exporters ask: some twenty transactions a second, and a server counts those of its
 * time as a standby all at once when it is promoted, which looked like a load that there never was.
 */
export const OF_APPLICATIONS = 'datname!="postgres"';
