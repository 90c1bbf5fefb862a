import { readFileSync } from "node:fs";
import { operationsHost } from "../../model.ts";
import { scriptPath } from "../../paths.ts";
import { PORTS } from "../../ports.ts";
import { type ManagedFile, managedFile } from "../../remote/managed-file.ts";
import { withVariables } from "../../remote/shell.ts";
import { DATA_SOURCE, uidOf } from "../dashboards/names.ts";
import { provisioningFiles } from "../dashboards/provisioning.ts";
import type { MonitoringPlan } from "../facts.ts";
import { MONITORING } from "../names.ts";
import { GRAFANA, grafanaUrl } from "./names.ts";
import { renderGrafana, renderGrafanaUnit, renderPreferences, renderSources } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

const SOURCES = "/etc/apt/sources.list.d/grafana.sources";
const KEYRING = "/etc/apt/keyrings/holdfast-grafana.gpg";
const UNIT = `/etc/systemd/system/${GRAFANA.unit}.service.d/holdfast.conf`;

/** As the package leaves the files below /etc/grafana. */
const own = (path: string, content: string): ManagedFile =>
  managedFile(path, content, `root:${GRAFANA.user}`, "0640");

/** Every file of Grafana, but for those with secrets; none where there is no Grafana: pure. */
export function grafanaFiles(
  { topology, monitoring: { grafana } }: Pick<MonitoringPlan, "topology" | "monitoring">,
  dashboards: ReadonlyMap<string, string>,
): readonly ManagedFile[] {
  if (grafana === undefined) return [];
  const { source, archive } = grafana;
  const fromArchive = source === "archive";
  const provisioning = provisioningFiles(topology.cluster, dashboards);
  return [
    own(
      GRAFANA.config,
      renderGrafana(grafanaUrl(topology, grafana), `${GRAFANA.dashboards}/${uidOf("overview")}.json`),
    ),
    ...provisioning.map(({ path, content }) => own(path, content)),
    managedFile(UNIT, renderGrafanaUnit()),
    ...(fromArchive
      ? [
          managedFile(SOURCES, renderSources(archive, KEYRING)),
          managedFile("/etc/apt/preferences.d/grafana", renderPreferences(archive)),
        ]
      : []),
    managedFile(
      scriptPath("grafana"),
      withVariables(
        {
          mount: MONITORING.mount,
          data: GRAFANA.data,
          user: GRAFANA.user,
          viewer: MONITORING.viewer,
          password: GRAFANA.adminPassword,
          prometheus_password: GRAFANA.prometheusPassword,
          secret_key: GRAFANA.secretKey,
          authority: `${GRAFANA.tls}/ca.crt`,
          grafana: `${operationsHost(topology.hosts).name}:${PORTS.grafana}`,
          config: GRAFANA.config,
          unit: UNIT,
          provisioned: provisioning
            .map(({ path }) => path)
            .filter((path) => path.endsWith(".yaml"))
            .join(" "),
          dashboards: [...dashboards.keys()].map((name) => name.replace(/\.json$/, "")).join(" "),
          source_uid: DATA_SOURCE.uid,
          sources: fromArchive ? SOURCES : "",
          keyring: KEYRING,
          key_url: archive.keyUrl,
          key_fingerprint: archive.keyFingerprint,
        },
        ACTIVATE,
      ),
    ),
  ];
}

export interface GrafanaSecrets {
  readonly admin: string;
  readonly secretKey: string;
  readonly prometheus: string;
}

/** What Grafana alone may read: pure. */
export const grafanaSecrets = ({ admin, secretKey, prometheus }: GrafanaSecrets): readonly ManagedFile[] => [
  own(GRAFANA.adminPassword, `${admin}\n`),
  own(GRAFANA.secretKey, `${secretKey}\n`),
  own(GRAFANA.prometheusPassword, `${prometheus}\n`),
];
