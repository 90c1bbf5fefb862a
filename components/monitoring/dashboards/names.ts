/** The dashboards, by the last part of their uid, in the order in which they are listed. */
export const DASHBOARDS = [
  "overview",
  "replication",
  "performance",
  "capacity",
  "backups",
  "tasks",
  "hosts",
] as const;
export type DashboardName = (typeof DASHBOARDS)[number];

/** Stays for ever: addresses of dashboards are in alerts and in people's bookmarks. */
export const uidOf = (name: DashboardName): string => `holdfast-${name}`;

/** Every dashboard carries it, and links to all others that do. */
export const TAG = "holdfast";

/** What panels name as the source of their data, and what is provisioned under that name. */
export const DATA_SOURCE = { type: "prometheus", uid: "holdfast-prometheus" } as const;
