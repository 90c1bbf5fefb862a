import { businessMetric } from "../../../components/monitoring/business-schema.ts";
import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { duplicates, problem } from "./problem.ts";

const GRAFANA_ITSELF = "apt.grafana.com";

/** Hosts without a way out reach what is within alone, and an update would find that out at its end. */
export function grafanaArchive({ monitoring, aws }: Config): Problem[] {
  const { grafana } = monitoring;
  if (grafana?.source !== "archive" || aws?.network.nat !== "none" || aws.network.existing !== undefined) {
    return [];
  }
  const { url, keyUrl } = grafana.archive;
  return Object.entries({ url, keyUrl })
    .filter(([, address]) => new URL(address).hostname === GRAFANA_ITSELF)
    .map(([field, address]) =>
      problem(
        `monitoring.grafana.archive.${field}`,
        address,
        "an address within, since aws.network.nat is none",
        "name a copy that the hosts reach, or set monitoring.grafana.source to host",
      ),
    );
}

/** A query of a database that there is not, or two of one name, would fail at the end of an update. */
export function businessQueries({ monitoring, databases }: Config): Problem[] {
  const names = databases.map(({ name }) => name);
  const path = (index: number, field: string) => `monitoring.business[${index}].${field}`;
  return [
    ...monitoring.business.flatMap(({ database }, index) =>
      names.includes(database)
        ? []
        : [
            problem(
              path(index, "database"),
              database,
              `a database of this stack: ${names.join(", ")}`,
              "name another one, or add it to databases",
            ),
          ],
    ),
    ...duplicates(monitoring.business.map(businessMetric)).map(([index, metric]) =>
      problem(path(index, "name"), metric, "a metric of its own", "rename or remove one of the two"),
    ),
  ];
}

/** Backups need the rest of the volume: a restore test alone takes as much as the databases have. */
const SHARE = 0.5;

/** What Prometheus keeps has to have room, and what an alert looks back on has to be kept. */
export function retention({ monitoring, hosts }: Config): Problem[] {
  const { retention: kept, thresholds } = monitoring;
  const room = Math.floor(hosts.operations.disk * SHARE);
  return [
    ...(kept.size > room
      ? [
          problem(
            "monitoring.retention.size",
            `${kept.size}MiB`,
            `half of hosts.operations.disk at most, so ${room}MiB: backups are on the same volume`,
            "lower it, or raise hosts.operations.disk",
          ),
        ]
      : []),
    ...(thresholds.unusedIndexDays >= kept.days
      ? [
          problem(
            "monitoring.thresholds.unusedIndexDays",
            thresholds.unusedIndexDays,
            `less than monitoring.retention.days, which is ${kept.days}: nobody knows what was before`,
            "lower it, or raise monitoring.retention.days",
          ),
        ]
      : []),
  ];
}
