import { DATA_ROOT } from "../../paths.ts";
import { objects } from "./capacity-objects.ts";
import type { Known } from "./levels.ts";
import { bars, type Dashboard, graph, query, type Section, table } from "./panel.ts";
import { HOSTS, ON_HOST } from "./variables.ts";

const DAY = 86400;
const volume = `{mountpoint="${DATA_ROOT}",${ON_HOST}}`;
const FREE = `max by (instance) (node_filesystem_avail_bytes${volume})`;
const SIZE = `max by (instance) (node_filesystem_size_bytes${volume})`;
/** Bytes a second, as over the last day; what shrinks counts as one byte. */
const GROWTH = `max by (instance) (clamp_min(-deriv(node_filesystem_avail_bytes${volume}[1d]), 1))`;
/** Nobody plans further, and a volume that hardly grows would make the axis useless. */
const FAR = 365;

/** How much is left of everything that runs out, and until when. */
export const capacity = (facts: Known): Dashboard => ({
  name: "capacity",
  title: "Capacity",
  description: `What of ${facts.cluster} fills up, how fast, and when it is full.`,
  variables: [HOSTS],
  from: "now-7d",
  refresh: "1m",
  sections: [volumes(facts), databases(), ...objects(facts)],
});

const volumes = ({ levels }: Known): Section => ({
  title: "Data volumes",
  height: 8,
  panels: [
    bars({
      title: "Days until full",
      width: 8,
      unit: "d",
      decimals: 0,
      max: FAR,
      description: `If it goes on as in the last day; ${FAR} stands for all that is further away.`,
      bounds: levels.diskFullInDays,
      queries: [query(`clamp_max(${FREE} / ${GROWTH} / ${DAY}, ${FAR})`, "{{instance}}")],
    }),
    graph({
      title: "In use",
      width: 8,
      unit: "percentunit",
      max: 1,
      bounds: levels.diskUsedRatio,
      queries: [query(`1 - ${FREE} / ${SIZE}`, "{{instance}}")],
    }),
    graph({
      title: "Free in seven days",
      width: 8,
      unit: "bytes",
      description: "A straight line on from the last day: where it meets 0, the volume is full.",
      queries: [
        query(
          `max by (instance) (clamp_min(predict_linear(node_filesystem_avail_bytes${volume}[1d], 7 * ${DAY}), 0))`,
          "{{instance}}",
        ),
      ],
    }),
    table({
      title: "Volumes",
      width: 16,
      labels: { instance: "Host" },
      columns: [
        { name: "Size", unit: "bytes", expr: SIZE },
        { name: "Free", unit: "bytes", expr: FREE },
        {
          name: "Free of inodes",
          unit: "percentunit",
          expr: `min by (instance) (node_filesystem_files_free${volume} / node_filesystem_files${volume})`,
          bounds: { below: { warning: 0.1 } },
        },
        {
          name: "Growth a day",
          unit: "bytes",
          expr: `max by (instance) (-deriv(node_filesystem_avail_bytes${volume}[1d])) * ${DAY}`,
        },
        {
          name: "Full in",
          unit: "d",
          decimals: 0,
          expr: `clamp_max(${FREE} / ${GROWTH} / ${DAY}, ${FAR})`,
          bounds: levels.diskFullInDays,
        },
      ],
    }),
    graph({
      title: "WAL on the volume",
      width: 8,
      unit: "bytes",
      description: "What is there of it at all; slots and a slow archive make it grow.",
      queries: [query(`pg_wal_directory_bytes{${ON_HOST}}`, "{{instance}}")],
    }),
  ],
});

const databases = (): Section => ({
  title: "Databases",
  height: 8,
  panels: [
    graph({
      title: "Size",
      width: 8,
      unit: "bytes",
      queries: [query("max by (datname) (pg_database_size_bytes)", "{{datname}}", { step: "1m" })],
    }),
    table({
      title: "Growth",
      width: 16,
      labels: { datname: "Database" },
      sortBy: "In 30 days",
      description: "A straight line on from the last seven days.",
      columns: [
        { name: "Size", unit: "bytes", expr: "max by (datname) (pg_database_size_bytes)", step: "1m" },
        {
          name: "Growth a day",
          unit: "bytes",
          expr: `max by (datname) (deriv(pg_database_size_bytes[7d])) * ${DAY}`,
          step: "1m",
        },
        {
          name: "In 30 days",
          unit: "bytes",
          expr: `max by (datname) (predict_linear(pg_database_size_bytes[7d], 30 * ${DAY}))`,
          step: "1m",
        },
      ],
    }),
  ],
});
