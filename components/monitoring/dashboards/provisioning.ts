import { stringify } from "yaml";
import { type ManagedFile, managedFile } from "../../remote/managed-file.ts";
import { DATA_SOURCE, TAG } from "./names.ts";

export interface GrafanaFacts {
  readonly cluster: string;
  /** As whom Grafana asks Prometheus, and the file with the password, which Grafana's user may read. */
  readonly user: string;
  readonly passwordFile: string;
  /** The authority that Prometheus's certificate is of. */
  readonly authorityFile: string;
}

const FOLDER = "/etc/grafana/provisioning";
const DASHBOARDS_FOLDER = "/etc/grafana/holdfast";
const PROMETHEUS = "https://127.0.0.1:9090";

/** What Grafana has beside it to show a cluster at its first start: pure. */
export const provisioningFiles = (
  facts: GrafanaFacts,
  dashboards: ReadonlyMap<string, string>,
): readonly ManagedFile[] => [
  file(`${FOLDER}/datasources/holdfast.yaml`, renderDataSource(facts)),
  file(`${FOLDER}/dashboards/holdfast.yaml`, renderProvider(facts)),
  ...[...dashboards].map(([name, text]) => file(`${DASHBOARDS_FOLDER}/${name}`, text)),
];

const file = (path: string, content: string): ManagedFile =>
  managedFile(path, content, "root:grafana", "0640");

/** Grafana reads what is secret, and what changes, from files when it starts. */
const fromFile = (path: string): string => `$__file{${path}}`;

const renderDataSource = ({ user, passwordFile, authorityFile }: GrafanaFacts): string =>
  yaml({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        ...DATA_SOURCE,
        access: "proxy",
        url: PROMETHEUS,
        isDefault: true,
        editable: false,
        basicAuth: true,
        basicAuthUser: user,
        jsonData: {
          httpMethod: "POST",
          // The shortest interval of scrapes: from it follows the range of rates.
          timeInterval: "5s",
          tlsAuthWithCACert: true,
          // Rules are files of Prometheus, which Grafana has no way to change.
          manageAlerts: false,
        },
        secureJsonData: {
          basicAuthPassword: fromFile(passwordFile),
          tlsCACert: fromFile(authorityFile),
        },
      },
    ],
  });

const renderProvider = ({ cluster }: GrafanaFacts): string =>
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
        options: { path: DASHBOARDS_FOLDER },
      },
    ],
  });

const yaml = (value: object): string => `# Managed by Holdfast.\n${stringify(value, { lineWidth: 0 })}`;
