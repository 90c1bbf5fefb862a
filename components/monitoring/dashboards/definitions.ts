import { backups } from "./backups.ts";
import { capacity } from "./capacity.ts";
import type { DashboardFacts } from "./facts.ts";
import { hosts } from "./hosts.ts";
import { type Known, levelsOf } from "./levels.ts";
import { DASHBOARDS, type DashboardName } from "./names.ts";
import { overview } from "./overview.ts";
import type { Dashboard } from "./panel.ts";
import { performance } from "./performance.ts";
import { replication } from "./replication.ts";
import { tasks } from "./tasks.ts";

const DEFINITIONS: Readonly<Record<DashboardName, (known: Known) => Dashboard>> = {
  overview,
  replication,
  performance,
  capacity,
  backups,
  tasks,
  hosts,
};

/** Every dashboard, as plain data. */
export function definitions({ thresholds, ...facts }: DashboardFacts): readonly Dashboard[] {
  const known = { ...facts, levels: levelsOf(thresholds) };
  return DASHBOARDS.map((name) => DEFINITIONS[name](known));
}
