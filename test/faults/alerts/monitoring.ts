import { BUSINESS, MONITORING } from "../../../components/monitoring/names.ts";
import { RULES } from "../../../components/monitoring/scrape.ts";
import { ALERTMANAGER_CONFIG, PROMETHEUS_CONFIG } from "../../../components/monitoring/servers.ts";
import { METRICS_FOLDER } from "../../../components/paths.ts";
import { PORTS } from "../../../components/ports.ts";
import { eventually } from "../../lab/support/lab.ts";
import { query } from "../support/wholeness.ts";
import { type Drill, notice, OVER_FIVE_MINUTES, page } from "./drill.ts";
import { edited, filled, idle, runs, stopped } from "./tools.ts";

const OPERATIONS = "ops-1";
const RELOAD = "systemctl reload prometheus";

export const exporterStopped: Drill = {
  fault: "an exporter stopped",
  alerts: [notice("ExporterDown", 130)],
  inject: stopped("pgbouncer-exporter-reader", () => ["proxy-1"]),
};

export const metricsGone: Drill = {
  fault: "a host that tells no more of its certificates",
  alerts: [notice("MetricsMissing", 400)],
  inject: async (scene) => {
    scene.atEnd(() => scene.inside("proxy-2", "systemctl start host-metrics.timer host-metrics.service"));
    await scene.inside(
      "proxy-2",
      `systemctl stop host-metrics.timer\n${idle("host-metrics")}\nrm ${METRICS_FOLDER}/host.prom`,
    );
  },
};

export const metricsOld: Drill = {
  fault: "a host that tells what it told two hours ago",
  alerts: [notice("MetricsStale", 400)],
  inject: async (scene) => {
    scene.atEnd(() => scene.inside("proxy-1", "systemctl start host-metrics.timer host-metrics.service"));
    await scene.inside(
      "proxy-1",
      `systemctl stop host-metrics.timer\n${idle("host-metrics")}\ntouch --date '2 hours ago' ${METRICS_FOLDER}/host.prom`,
    );
  },
};

export const metricsBroken: Drill = {
  fault: "a file of metrics that is none",
  alerts: [notice("MetricsUnreadable", 400)],
  inject: async (scene) => {
    const file = `${METRICS_FOLDER}/drill.prom`;
    scene.atEnd(() => scene.inside("proxy-1", `rm -f ${file}`));
    await scene.inside("proxy-1", `echo 'this is no metric' >${file}`);
  },
};

export const queryFails: Drill = {
  fault: "the role of the user's queries may not log in",
  alerts: [notice("BusinessQueryFailing", 220)],
  inject: async (scene) => {
    const { lab, leader } = scene;
    scene.atEnd(() => query(lab, leader, `ALTER ROLE ${BUSINESS.role} LOGIN`));
    await query(lab, leader, `ALTER ROLE ${BUSINESS.role} NOLOGIN`);
  },
};

export const targetGone: Drill = {
  fault: "a target taken out of Prometheus' configuration",
  alerts: [notice("TargetMissing", 400)],
  inject: (scene) => {
    const target = `      - targets:\\n          - proxy-1:${PORTS.haproxyMetrics}\\n        labels:\\n          instance: proxy-1\\n          role: proxy\\n`;
    return edited(scene, {
      host: OPERATIONS,
      path: PROMETHEUS_CONFIG,
      by: `sed --null-data 's/${target}//'`,
      taken: RELOAD,
    });
  },
};

const MANY_TO_MANY = `  - name: drill
    interval: 5s
    rules:
      - alert: Drill
        expr: node_time_seconds * on (role) node_time_seconds`;

export const ruleFails: Drill = {
  fault: "a rule that cannot be evaluated",
  alerts: [notice("RuleEvaluationFailing", 90, { overSeconds: OVER_FIVE_MINUTES })],
  inject: (scene) =>
    edited(scene, {
      host: OPERATIONS,
      path: RULES,
      by: `{\ncat\ncat <<'RULE'\n${MANY_TO_MANY}\nRULE\n}`,
      taken: RELOAD,
    }),
};

/** Three evaluations of what pages are left out each time. */
export const rulesLate: Drill = {
  fault: "Prometheus stands still for six seconds of each minute",
  alerts: [notice("RuleEvaluationSlow", 420, { overSeconds: OVER_FIVE_MINUTES })],
  inject: async (scene) => {
    scene.atEnd(() => scene.inside(OPERATIONS, "systemctl kill --signal CONT prometheus"));
    await runs(
      scene,
      OPERATIONS,
      "stillness",
      `while :; do
  systemctl kill --signal STOP prometheus; sleep 6
  systemctl kill --signal CONT prometheus; sleep 54
done`,
    );
  },
};

export const switchRefuses: Drill = {
  fault: "the dead man's switch refuses what it is sent",
  alerts: [notice("AlertmanagerFailing", 240, { overSeconds: OVER_FIVE_MINUTES, everyWay: true })],
  inject: (scene) =>
    edited(scene, {
      host: OPERATIONS,
      path: "/etc/prometheus/secrets/dead-mans-switch-url",
      by: "sed 's#/switch#/nobody#'",
    }),
};

export const reloadFails: Drill = {
  fault: "a configuration that Alertmanager does not take",
  alerts: [notice("ReloadFailed", 130)],
  inject: (scene) =>
    edited(scene, {
      host: OPERATIONS,
      path: ALERTMANAGER_CONFIG,
      by: "sed '$a no: such field'",
      taken: "systemctl reload prometheus-alertmanager",
    }),
};

/** Told when there is somebody again who tells. */
export const alertsDropped: Drill = {
  fault: "Alertmanager away until alerts are dropped",
  alerts: [notice("NotificationsDropped", 240, { overSeconds: OVER_FIVE_MINUTES, everyWay: true })],
  inject: async (scene) => {
    const start = "systemctl start prometheus-alertmanager";
    scene.atEnd(() => scene.inside(OPERATIONS, start));
    await scene.inside(OPERATIONS, "systemctl stop prometheus-alertmanager");
    await eventually("alerts are dropped", 120, async () => {
      const dropped = await scene.prometheus.query(
        "increase(prometheus_notifications_dropped_total[1m]) > 0",
      );
      return dropped.length > 0;
    });
    await scene.inside(OPERATIONS, start);
  },
};

export const nothingKept: Drill = {
  fault: "no room at all for what Prometheus collects",
  alerts: [page("PrometheusBlind")],
  inject: (scene) => filled(scene, OPERATIONS, 0),
};

export const historyDamaged: Drill = {
  fault: "Prometheus' newest data damaged",
  alerts: [notice("PrometheusStorageFailing", 120, { lasts: "it counts what was found in an hour" })],
  inject: async (scene) => {
    const start = "systemctl start prometheus";
    scene.atEnd(() => scene.inside(OPERATIONS, start));
    await scene.inside(
      OPERATIONS,
      `systemctl stop prometheus
segment=$(find ${MONITORING.data}/wal -maxdepth 1 -type f -name '0*' -size +64k | sort | tail -n 1)
dd if=/dev/urandom of="$segment" bs=512 count=1 seek=$(($(stat --format %s "$segment") * 3 / 4 / 512)) conv=notrunc status=none
${start}`,
    );
  },
};
