import { MONITORING, STATUS_PAGE } from "../../components/monitoring/names.ts";
import { readStack, type Stack } from "../stack/outputs.ts";

export interface MonitoringOptions {
  readonly stack: string;
  readonly password?: true;
}

/** Where Prometheus is, as whom to look at it; its certificate is of the cluster's own authority: pure. */
export const renderMonitoring = ({ monitoring: { host, port } }: Pick<Stack, "monitoring">): string =>
  `the state of the cluster is at https://${host}:${port}/consoles/${STATUS_PAGE}, Prometheus above it; user ${MONITORING.viewer}`;

export async function monitoring({ stack: name, password }: MonitoringOptions): Promise<void> {
  const stack = await readStack(name);
  process.stdout.write(`${password ? stack.monitoringPassword : renderMonitoring(stack)}\n`);
}
