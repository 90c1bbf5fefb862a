import { readFileSync } from "node:fs";
import { hostsOf, operationsHost, type Topology } from "../model.ts";
import { AGENT_FOLDER, METRICS_FOLDER } from "../paths.ts";
import { PORTS } from "../ports.ts";
import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";
import { MONITORING, MONITORING_TLS, PAGES, STATUS_PAGE, WEB_PASSWORD } from "./names.ts";
import { repeated } from "./repeated.ts";

const MODULES = [
  ...["__main__", "alerts", "ask", "facts", "figures", "members", "page", "parts", "served", "sparkline"],
  ...["style", "tables", "verdict"],
];
const PROGRAM = MODULES.map(
  (name) => [`${name}.py`, readFileSync(new URL(`./page/${name}.py`, import.meta.url), "utf8")] as const,
);
const FOLDER = `${AGENT_FOLDER}/status-page`;
const SETTINGS = "/etc/prometheus/status-page.json";

export const PAGE_UNIT = "status-page";

/** A page with the state of the cluster, made anew every minute; Prometheus serves it, to whom it lets in. Pure. */
export function pageFiles(topology: Pick<Topology, "cluster" | "hosts">): readonly ManagedFile[] {
  const { name } = operationsHost(topology.hosts);
  const ca = `${MONITORING.tls}/ca.crt`;
  const settings = {
    cluster: topology.cluster,
    host: name,
    members: hostsOf(topology.hosts, "database").map((member) => member.name),
    prometheus: {
      url: `https://${name}:${PORTS.prometheus}`,
      user: MONITORING.viewer,
      passwordFile: WEB_PASSWORD,
      ca,
    },
    alertmanager: { url: `https://${name}:${PORTS.alertmanager}`, ca, certificate: MONITORING_TLS },
    page: `${PAGES}/${STATUS_PAGE}`,
    metrics: `${METRICS_FOLDER}/${PAGE_UNIT}.prom`,
  };
  return [
    file(SETTINGS, `${JSON.stringify(settings, null, 2)}\n`),
    ...PROGRAM.map(([each, text]) => file(`${FOLDER}/${each}`, text)),
    ...repeated(PAGE_UNIT, {
      what: `The state of ${topology.cluster} as a page`,
      user: MONITORING.user,
      command: `/usr/bin/python3 -B ${FOLDER} ${SETTINGS}`,
      seconds: 50,
      calendar: "minutely",
    }),
  ];
}
