import { stringify } from "yaml";
import { PORTS } from "../../ports.ts";
import { GRAFANA } from "../grafana/names.ts";
import { fromFile } from "../grafana/render.ts";
import { MONITORING } from "../names.ts";
import { DATA_SOURCE, TAG } from "./names.ts";

interface ProvisioningFile {
  readonly path: string;
  readonly content: string;
}

/** What Grafana has beside it to show a cluster at its first start: pure. */
export const provisioningFiles = (
  cluster: string,
  dashboards: ReadonlyMap<string, string>,
): readonly ProvisioningFile[] => [
  { path: `${GRAFANA.provisioning}/datasources/holdfast.yaml`, content: renderDataSource() },
  { path: `${GRAFANA.provisioning}/dashboards/holdfast.yaml`, content: renderProvider(cluster) },
  ...[...dashboards].map(([name, content]) => ({ path: `${GRAFANA.dashboards}/${name}`, content })),
];

const renderDataSource = (): string =>
  yaml({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        ...DATA_SOURCE,
        access: "proxy",
        url: `https://127.0.0.1:${PORTS.prometheus}`,
        isDefault: true,
        editable: false,
        basicAuth: true,
        basicAuthUser: MONITORING.viewer,
        jsonData: {
          httpMethod: "POST",
          // The shortest interval of scrapes: from it follows the range of rates.
          timeInterval: "5s",
          tlsAuthWithCACert: true,
          // Rules are files of Prometheus, which Grafana has no way to change.
          manageAlerts: false,
        },
        secureJsonData: {
          basicAuthPassword: fromFile(GRAFANA.prometheusPassword),
          tlsCACert: fromFile(`${GRAFANA.tls}/ca.crt`),
        },
      },
    ],
  });

const renderProvider = (cluster: string): string =>
  yaml({
    apiVersion: 1,
    providers: [
      {
        name: TAG,
        type: "file",
        folder: cluster,
        folderUid: TAG,
        allowUiUpdates: false,
        // A dashboard whose file is gone goes, too.
        disableDeletion: false,
        updateIntervalSeconds: 30,
        options: { path: GRAFANA.dashboards },
      },
    ],
  });

const yaml = (value: object): string => `# Managed by Holdfast.\n${stringify(value, { lineWidth: 0 })}`;
