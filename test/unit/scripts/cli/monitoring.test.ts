import { expect, test } from "vitest";
import { passwordOf, renderMonitoring } from "../../../../scripts/cli/monitoring.ts";

const PROMETHEUS = { host: "127.0.0.1", port: 20_090 };
const GRAFANA = { host: "127.0.0.1", port: 20_091 };

test("each server is named with its address, its user and the command for its password", () => {
  expect(renderMonitoring({ name: "local", monitoring: PROMETHEUS })).toEqual([
    "the state of the cluster is at https://127.0.0.1:20090/consoles/status.html, Prometheus above it; user holdfast; its password: ./holdfast monitoring --password",
  ]);
  expect(renderMonitoring({ name: "blue", monitoring: PROMETHEUS, grafana: GRAFANA })[1]).toBe(
    "Grafana's dashboards are at https://127.0.0.1:20091; user holdfast; its password: ./holdfast monitoring --password grafana --stack blue",
  );
});

test("a password is Prometheus's unless Grafana's is asked for", () => {
  const stack = { name: "blue", monitoringPassword: "p", grafanaPassword: "g" };
  expect([true, "prometheus", "grafana"].map((of) => passwordOf(stack, of as string | true))).toEqual([
    "p",
    "p",
    "g",
  ]);
});

test("a password that there is not is refused, with what to do", () => {
  const stack = { name: "blue", monitoringPassword: "p" };
  expect(() => passwordOf(stack, "grafana")).toThrow('the stack "blue" has no Grafana');
  expect(() => passwordOf(stack, "alertmanager")).toThrow('"alertmanager" has no password here');
});
