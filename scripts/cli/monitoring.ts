import { MONITORING, STATUS_PAGE } from "../../components/monitoring/names.ts";
import { UserError } from "../report.ts";
import { readStack, type Stack } from "../stack/outputs.ts";

export interface MonitoringOptions {
  readonly stack: string;
  /** Of whom; true where nobody is named. */
  readonly password?: string | true;
}

/** Where Prometheus and Grafana are, as whom to look at them; their certificates are of the cluster's own authority: pure. */
export function renderMonitoring({
  name,
  monitoring: { host, port },
  grafana,
}: Pick<Stack, "name" | "monitoring" | "grafana">): readonly string[] {
  const option = name === "local" ? "" : ` --stack ${name}`;
  const line = (where: string, password: string) =>
    `${where}; user ${MONITORING.viewer}; its password: ./holdfast monitoring --password${password}${option}`;
  return [
    line(
      `the state of the cluster is at https://${host}:${port}/consoles/${STATUS_PAGE}, Prometheus above it`,
      "",
    ),
    ...(grafana === undefined
      ? []
      : [line(`Grafana's dashboards are at https://${grafana.host}:${grafana.port}`, " grafana")]),
  ];
}

export async function monitoring({ stack: name, password }: MonitoringOptions): Promise<void> {
  const stack = await readStack(name);
  const lines = password === undefined ? renderMonitoring(stack) : [passwordOf(stack, password)];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** The password of one of them: pure. */
export function passwordOf(
  {
    name,
    monitoringPassword,
    grafanaPassword,
  }: Pick<Stack, "name" | "monitoringPassword" | "grafanaPassword">,
  of: string | true,
): string {
  if (of === true || of === "prometheus") return monitoringPassword;
  if (of !== "grafana") {
    throw new UserError(`"${of}" has no password here`, "name prometheus or grafana");
  }
  if (grafanaPassword === undefined) {
    throw new UserError(
      `the stack "${name}" has no Grafana`,
      "set monitoring.grafana in its file, and run the update",
    );
  }
  return grafanaPassword;
}
