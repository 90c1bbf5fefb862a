import { expect, test } from "vitest";
import { parse } from "yaml";
import { provisioningFiles } from "../../../../components/monitoring/dashboards/provisioning.ts";

const FILES = provisioningFiles("demo", new Map([["holdfast-overview.json", "{}\n"]]));
const contentOf = (path: string): unknown => parse(FILES.find((file) => file.path === path)?.content ?? "");

test("the source of data is the one that panels name, asked with a password and an authority from files", () => {
  expect(contentOf("/etc/grafana/provisioning/datasources/holdfast.yaml")).toEqual({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        type: "prometheus",
        uid: "holdfast-prometheus",
        access: "proxy",
        url: "https://127.0.0.1:9090",
        isDefault: true,
        editable: false,
        basicAuth: true,
        basicAuthUser: "holdfast",
        jsonData: { httpMethod: "POST", timeInterval: "5s", tlsAuthWithCACert: true, manageAlerts: false },
        secureJsonData: {
          basicAuthPassword: "$__file{/etc/holdfast/grafana/prometheus-password}",
          tlsCACert: "$__file{/etc/holdfast/grafana/tls/ca.crt}",
        },
      },
    ],
  });
});

test("dashboards are looked for where they are put, and belong to nobody who could change them", () => {
  expect(contentOf("/etc/grafana/provisioning/dashboards/holdfast.yaml")).toMatchObject({
    providers: [
      { folder: "demo", type: "file", allowUiUpdates: false, options: { path: "/etc/grafana/holdfast" } },
    ],
  });
  expect(FILES.map(({ path }) => path)).toContain("/etc/grafana/holdfast/holdfast-overview.json");
});
