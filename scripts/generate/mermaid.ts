import type { Flow, HostRole, Party, Topology } from "../../components/model.ts";

const ROLES: readonly HostRole[] = ["proxy", "database", "operations"];
const OUTSIDE: readonly Party[] = ["clients", "administrators"];

/** The topology as a Mermaid flow chart, from the table that firewalls and pg_hba.conf are made from: pure. */
export function renderMermaid(topology: Pick<Topology, "hosts" | "flows">): string {
  const names = (role: HostRole) =>
    topology.hosts.filter((host) => host.role === role).map((host) => `${host.name} (zone ${host.zone})`);
  return [
    "flowchart LR",
    ...OUTSIDE.map((party) => `  ${party}([${party}])`),
    ...ROLES.map((role) => `  ${role}["${[`<b>${role}</b>`, ...names(role)].join("<br/>")}"]`),
    ...[...edges(topology.flows)].map(
      ([pair, flows]) => `  ${pair.replace(" ", ` -- "${flows.map(label).join("<br/>")}" --> `)}`,
    ),
  ].join("\n");
}

/** Flows by "FROM TO". */
function edges(flows: readonly Flow[]): ReadonlyMap<string, readonly Flow[]> {
  const grouped = new Map<string, Flow[]>();
  for (const flow of flows) {
    const pair = `${flow.from} ${flow.to}`;
    grouped.set(pair, [...(grouped.get(pair) ?? []), flow]);
  }
  return grouped;
}

const label = (flow: Flow): string => `${flow.port} ${flow.purpose} (${flow.authentication})`;
