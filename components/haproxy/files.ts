import { readFileSync } from "node:fs";
import type { HostPlan } from "../model.ts";
import { scriptPath } from "../paths.ts";
import type { Availability } from "../patroni/schema.ts";
import { timingsOf } from "../patroni/timings.ts";
import type { Pools } from "../pgbouncer/schema.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { renderHaproxy } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

export interface HaproxyPlan {
  readonly availability: Availability;
  readonly pools: Pick<Pools, "maxClients">;
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
  });
  return [
    { path: "/etc/haproxy/haproxy.cfg", owner: "root:haproxy", mode: "0640", content: config },
    {
      path: scriptPath("haproxy"),
      owner: "root:root",
      mode: "0644",
      content: withVariables({}, ACTIVATE),
    },
  ];
}
