import { readFileSync } from "node:fs";
import { type HostPlan, hostsOf, type Topology } from "../model.ts";
import { AGENT_FOLDER, METRICS_FOLDER } from "../paths.ts";
import { PORTS } from "../ports.ts";
import { managedFile as file, type ManagedFile, program } from "../remote/managed-file.ts";
import { type BusinessQuery, businessMetric } from "./business-schema.ts";
import { lines } from "./exposition.ts";
import { BUSINESS, MONITORING } from "./names.ts";

const PROGRAM = readFileSync(new URL("./business.sh", import.meta.url), "utf8");
const PATH = `${AGENT_FOLDER}/business`;
const FOLDER = "/etc/prometheus/business";

const businessUnit = ({ name }: BusinessQuery): string => `business-${name}`;

/** Each is read again at every scrape, and kept: a GROUP BY of the wrong column must not take the exporter with it. */
const MOST_ROWS = 1000;
const LABEL_CHARACTERS = 200;
/** A standby that has just been restarted is back by then. */
const RETRY_SECONDS = 60;
/** One that always fails for taking too long is not to keep a server busy: a tenth of the time at most. */
const RETRY_TIMEOUTS = 10;

/** What psql is given: one statement, so that whatever else stands in it is an error and does not happen: pure. */
export function renderQuery(query: BusinessQuery): string {
  const labels = Object.fromEntries(
    query.labels.map((column) => [column, `left(q."${column}"::text, ${LABEL_CHARACTERS})`]),
  );
  // A line of its own for what follows, because a query may end in a comment. One row more shows that there are too many.
  const from = `(SELECT * FROM (\n${query.sql.trim().replace(/;$/, "")}\n) AS every LIMIT ${MOST_ROWS + 1}) AS q`;
  return lines(from, labels, { [businessMetric(query)]: `q."${query.value}"` });
}

/** Through each proxy to a standby, or to the primary where there is none. */
const connection = (topology: Pick<Topology, "hosts" | "domain">): string => {
  const proxies = hostsOf<HostPlan>(topology.hosts, "proxy");
  return Object.entries({
    host: proxies.map(() => `reader.${topology.domain}`).join(","),
    hostaddr: proxies.map(({ address }) => address).join(","),
    port: String(PORTS.haproxyReader),
    user: BUSINESS.role,
    connect_timeout: "5",
    sslmode: "verify-full",
    sslrootcert: `${MONITORING.tls}/ca.crt`,
    sslcert: `${BUSINESS.identity}.crt`,
    sslkey: `${BUSINESS.identity}.key`,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
};

/** The user's queries, each a unit of its own: what one does holds up neither the others nor anything else. Pure. */
export const businessFiles = (
  topology: Pick<Topology, "hosts" | "domain">,
  queries: readonly BusinessQuery[],
): readonly ManagedFile[] =>
  queries.length === 0
    ? []
    : [
        program(
          PATH,
          {
            conninfo: connection(topology),
            folder: FOLDER,
            metrics: METRICS_FOLDER,
            most: String(MOST_ROWS),
          },
          PROGRAM,
        ),
        ...queries.flatMap((query) => [
          file(`${FOLDER}/${query.name}.sql`, renderQuery(query)),
          file(
            `${FOLDER}/${query.name}.head`,
            `# HELP ${businessMetric(query)} ${query.help}\n# TYPE ${businessMetric(query)} ${query.kind}\n`,
          ),
          file(`/etc/systemd/system/${businessUnit(query)}.service`, renderUnit(query)),
          file(`/etc/systemd/system/${businessUnit(query)}.timer`, renderTimer(query)),
        ]),
      ];

/** In a file of this name the others wait for each other, and no longer than all of them may take. */
const renderUnit = (query: BusinessQuery): string => `# Managed by Holdfast.
[Unit]
Description=The business metric ${query.name}

[Service]
Type=oneshot
User=${MONITORING.user}
ExecStart=${PATH} ${query.name} ${query.database} ${query.timeoutSeconds} ${query.everySeconds}
TimeoutStartSec=600
Restart=on-failure
RestartSec=${Math.min(Math.max(RETRY_SECONDS, RETRY_TIMEOUTS * query.timeoutSeconds), query.everySeconds)}
OOMScoreAdjust=500
`;

const renderTimer = (query: BusinessQuery): string => `# Managed by Holdfast.
[Unit]
Description=The business metric ${query.name}

[Timer]
OnActiveSec=5s
OnUnitInactiveSec=${query.everySeconds}s
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
