import type { Flow, Topology } from "../model.ts";
import { MONITORING } from "../monitoring/names.ts";
import { PORTS } from "../ports.ts";

/**
 * pg_hba.conf from the flow table: every line over the network needs TLS and a proof, and whatever no flow names
 * is refused. The superuser comes in only by the socket, as the operating system's user of the same name; so does
 * monitoring, from its exporters' user.
 */
export function renderHba(topology: Pick<Topology, "flows" | "parties">): readonly string[] {
  return [
    "local all postgres peer",
    `local all ${MONITORING.role} peer map=${MONITORING.map}`,
    ...topology.flows
      .filter((flow) => flow.to === "database" && flow.port === PORTS.postgres)
      .flatMap((flow) => hbaLines(flow, topology.parties[flow.from])),
    "host all all all reject",
  ];
}

function hbaLines(flow: Flow, sources: readonly string[]): string[] {
  if (flow.hba === undefined) {
    throw new Error(`the flow "${flow.name}" leads to PostgreSQL but does not say who may log in`);
  }
  const { databases, users, method } = flow.hba;
  // A member also connects to itself, to ask its own server as others see it.
  const addresses = flow.from === "database" ? ["127.0.0.1/32", ...sources] : sources;
  return addresses.map((address) => `hostssl ${databases.join(",")} ${users.join(",")} ${address} ${method}`);
}
