import { readFileSync } from "node:fs";
import type { HostPlan, Topology } from "../model.ts";
import { HAPROXY_MASTER, scriptPath } from "../paths.ts";
import type { Availability } from "../patroni/schema.ts";
import { timingsOf } from "../patroni/timings.ts";
import type { Pools } from "../pgbouncer/schema.ts";
import { PORTS } from "../ports.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { NOBODY_PROVEN, renderHaproxy, renderNobodyProven, renderUnit, SERVERS_STATE } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");
const MASTER = readFileSync(new URL("./master.sh", import.meta.url), "utf8");

export interface HaproxyPlan {
  readonly availability: Availability;
  readonly pools: Pick<Pools, "maxClients">;
  readonly topology: { readonly parties: Pick<Topology["parties"], "balancer"> };
}

/** Every file that this component owns on a host: pure. */
export function haproxyFiles(
  plan: HaproxyPlan,
  proxy: HostPlan,
  members: readonly HostPlan[],
): readonly ManagedFile[] {
  const config = renderHaproxy({
    proxy,
    members,
    timings: timingsOf(plan.availability),
    // Sessions that bypass the pools come on top of those that go through them.
    maxConnections: plan.pools.maxClients * 2,
    balanced: plan.topology.parties.balancer.length > 0,
  });
  const file = (path: string, content: string): ManagedFile => ({
    path,
    owner: "root:root",
    mode: "0644",
    content,
  });
  return [
    { path: "/etc/haproxy/haproxy.cfg", owner: "root:haproxy", mode: "0640", content: config },
    file(NOBODY_PROVEN, renderNobodyProven(members)),
    file("/etc/systemd/system/haproxy.service.d/holdfast.conf", renderUnit(HAPROXY_MASTER)),
    file(
      HAPROXY_MASTER,
      withVariables(
        {
          state: SERVERS_STATE,
          nobody_proven: NOBODY_PROVEN,
          pools: `${PORTS.pgbouncerWriter} ${PORTS.pgbouncerReader}`,
        },
        MASTER,
      ),
    ),
    file(scriptPath("haproxy"), withVariables({ master: HAPROXY_MASTER }, ACTIVATE)),
  ];
}
