import { readFileSync } from "node:fs";
import { LET_GO } from "../barman/names.ts";
import type { NotificationsConfig } from "../jobs/schema.ts";
import { type HostPlan, type HostRole, operationsHost } from "../model.ts";
import { AGENT_PATH, MAINTENANCE_MARK, METRICS_FOLDER, scriptPath } from "../paths.ts";
import { PORTS } from "../ports.ts";
import { managedFile as file, type ManagedFile, program } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { EXPORTER_UNITS, MACHINE_UNITS, UPKEEP_UNITS, unitsOf } from "../units.ts";
import { alertmanagerSecrets, renderAlertmanager } from "./alertmanager.ts";
import { businessFiles } from "./business.ts";
import { eventFiles } from "./events.ts";
import {
  POOLER_EXPORTERS,
  pgbouncerExporterUnit,
  renderExporterWeb,
  renderNodeExporter,
  renderPgbouncerExporter,
  renderPostgresExporter,
  renderQueries,
} from "./exporter-units.ts";
import { clusterFacts, type MonitoringPlan, thresholdsOf } from "./facts.ts";
import {
  ASKED_BY,
  EXPORTER_WEB,
  HOST_METRICS,
  MONITORING,
  MONITORING_TLS,
  PAGES,
  QUERIES,
  STATISTICS,
  WEB_PASSWORD,
} from "./names.ts";
import { PAGE_UNIT, pageFiles } from "./page.ts";
import { passwordHash } from "./password.ts";
import { queriesOf } from "./queries.ts";
import { repeated } from "./repeated.ts";
import { INHIBITION } from "./rules/inhibition.ts";
import { renderRules } from "./rules/render.ts";
import { alertRules } from "./rules/rules.ts";
import { RULES, renderAlertmanagerWeb, renderPrometheus, renderPrometheusWeb } from "./scrape.ts";
import {
  ALERTMANAGER_CONFIG,
  ALERTMANAGER_WEB,
  PROMETHEUS_CONFIG,
  PROMETHEUS_WEB,
  renderAlertmanagerUnit,
  renderPrometheusUnit,
} from "./servers.ts";
import { renderStatistics, STATISTICS_JOBS, type Statistics } from "./statistics.ts";

const source = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const ACTIVATE = source("./activate.sh");
const ACTIVATE_EXPORTERS = source("./activate-exporters.sh");
const STATISTICS_PROGRAM = source("./statistics.sh");
const HOST_METRICS_PROGRAM = source("./host-metrics.sh");

const STATEMENTS = "/etc/prometheus/statistics";
const HOST_METRICS_UNIT = "host-metrics";

const unitDropIn = (unit: string, text: string) =>
  file(`/etc/systemd/system/${unit}.service.d/holdfast.conf`, text);

/** An exporter of a host, and a line that it gives when it is well. */
interface Exporter {
  readonly unit: string;
  readonly port: number;
  readonly proof: string;
  readonly files: readonly ManagedFile[];
}

function exportersOf(
  host: HostPlan,
  { postgres, topology }: Pick<MonitoringPlan, "postgres" | "topology">,
): readonly Exporter[] {
  const byRole: Record<HostRole, () => readonly Exporter[]> = {
    database: () => [
      {
        unit: "prometheus-postgres-exporter",
        port: PORTS.postgresExporter,
        proof: "pg_up ",
        files: [
          unitDropIn("prometheus-postgres-exporter", renderPostgresExporter(host)),
          file(QUERIES, renderQueries(queriesOf(postgres.version))),
        ],
      },
    ],
    proxy: () =>
      POOLER_EXPORTERS.map((pooler) => ({
        unit: pgbouncerExporterUnit(pooler),
        port: pooler.port,
        proof: "pgbouncer_up ",
        files: [
          file(
            `/etc/systemd/system/${pgbouncerExporterUnit(pooler)}.service`,
            renderPgbouncerExporter(host, pooler),
          ),
        ],
      })),
    operations: () => [],
  };
  const watched = [
    ...[...unitsOf(host.role, topology), ...EXPORTER_UNITS[host.role]],
    ...[...UPKEEP_UNITS[host.role], ...MACHINE_UNITS],
  ];
  return [
    ...byRole[host.role](),
    {
      unit: "prometheus-node-exporter",
      port: PORTS.nodeExporter,
      proof: "node_boot_time_seconds",
      files: [
        unitDropIn(
          "prometheus-node-exporter",
          renderNodeExporter(
            host,
            watched.map((unit) => `${unit}.service`),
          ),
        ),
      ],
    },
  ];
}

const statisticsOf = (job: Statistics): readonly ManagedFile[] => [
  file(`${STATEMENTS}/${job.name}.sql`, renderStatistics(job)),
  ...repeated(job.name, {
    what: "What the database tells about itself less often",
    user: MONITORING.user,
    command: `${STATISTICS} ${job.name} ${job.where} ${job.timeoutSeconds}`,
    seconds: job.timeoutSeconds + 10,
    calendar: job.calendar,
  }),
];

/** Every file by which a host tells how it is: pure. */
export function exporterFiles(
  plan: Pick<MonitoringPlan, "postgres" | "topology" | "monitoring">,
  host: HostPlan,
): readonly ManagedFile[] {
  const exporters = exportersOf(host, plan);
  const statistics = host.role === "database" ? STATISTICS_JOBS : [];
  return [
    file(EXPORTER_WEB, renderExporterWeb()),
    ...exporters.flatMap(({ files }) => files),
    ...eventFiles(plan, host),
    ...statistics.flatMap(statisticsOf),
    ...(statistics.length === 0
      ? []
      : [
          program(
            STATISTICS,
            { folder: STATEMENTS, metrics: METRICS_FOLDER, role: MONITORING.role },
            STATISTICS_PROGRAM,
          ),
        ]),
    program(
      HOST_METRICS,
      {
        agent: AGENT_PATH,
        mark: MAINTENANCE_MARK,
        let_go: host.role === "database" ? LET_GO : "",
        metrics: `${METRICS_FOLDER}/host.prom`,
      },
      HOST_METRICS_PROGRAM,
    ),
    ...repeated(HOST_METRICS_UNIT, {
      what: "When certificates end, and whether this host is out of service",
      user: "root",
      command: HOST_METRICS,
      seconds: 50,
      calendar: "minutely",
    }),
    file(
      scriptPath("exporters"),
      withVariables(
        {
          units: exporters
            .map(({ unit, port, proof }) => `${unit},${host.address}:${port},${proof.replaceAll(" ", "\\s")}`)
            .join(" "),
          timers: [HOST_METRICS_UNIT, ...statistics.map(({ name }) => name)].join(" "),
          metrics: METRICS_FOLDER,
          tls: MONITORING.tls,
          identity: ASKED_BY[host.role],
        },
        ACTIVATE_EXPORTERS,
      ),
    ),
  ];
}

/** Every file of Prometheus and Alertmanager, but for those with secrets: pure. */
export function monitoringFiles(plan: MonitoringPlan): readonly ManagedFile[] {
  const host = operationsHost(plan.topology.hosts);
  const facts = clusterFacts(plan);
  return [
    file(PROMETHEUS_CONFIG, renderPrometheus(plan, WEB_PASSWORD)),
    file(RULES, renderRules(alertRules(thresholdsOf(plan), facts), facts)),
    file(ALERTMANAGER_CONFIG, renderAlertmanager(plan.notifications, INHIBITION)),
    file(ALERTMANAGER_WEB, renderAlertmanagerWeb()),
    ...pageFiles(plan.topology),
    ...businessFiles(plan.topology, plan.monitoring.business),
    unitDropIn("prometheus", renderPrometheusUnit(plan.monitoring, host)),
    unitDropIn("prometheus-alertmanager", renderAlertmanagerUnit(host)),
    file(
      scriptPath("monitoring"),
      withVariables(
        {
          mount: MONITORING.mount,
          data: MONITORING.data,
          alerts: MONITORING.alerts,
          user: MONITORING.user,
          viewer: MONITORING.viewer,
          password: WEB_PASSWORD,
          tls: MONITORING.tls,
          certificate: MONITORING_TLS,
          prometheus: `${host.name}:${PORTS.prometheus}`,
          alertmanager: `${host.name}:${PORTS.alertmanager}`,
          config: PROMETHEUS_CONFIG,
          rules: RULES,
          pages: PAGES,
          page: PAGE_UNIT,
          queries: plan.monitoring.business.map(({ name }) => name).join(" "),
          metrics: METRICS_FOLDER,
          web: PROMETHEUS_WEB,
          am_config: ALERTMANAGER_CONFIG,
          am_web: ALERTMANAGER_WEB,
          grafana: plan.topology.grafana ? "yes" : "no",
        },
        ACTIVATE,
      ),
    ),
  ];
}

/** The password of who looks at Prometheus, and by what others may be told: pure. */
export const monitoringSecrets = (
  notifications: NotificationsConfig,
  password: string,
): readonly ManagedFile[] => [
  file(PROMETHEUS_WEB, renderPrometheusWeb(passwordHash(password)), `root:${MONITORING.user}`, "0640"),
  file(WEB_PASSWORD, `${password}\n`, `${MONITORING.user}:${MONITORING.user}`, "0600"),
  ...alertmanagerSecrets(notifications),
];
