import type { Flow, HostRole, Topology } from "../model.ts";

/**
 * nftables rules of a host: what the flow table names comes in, everything else is dropped. The table is replaced
 * as a whole in one transaction, so there is no moment without it.
 */
export function renderFirewall(topology: Pick<Topology, "flows" | "parties">, role: HostRole): string {
  const rules = topology.flows
    .filter((flow) => flow.to === role)
    .flatMap((flow) => renderFlow(flow, topology.parties[flow.from]));
  return `#!/usr/sbin/nft -f
# Managed by Holdfast: made from the flow table.
table inet holdfast
delete table inet holdfast
table inet holdfast {
  chain input {
    type filter hook input priority filter; policy drop;
    iif "lo" accept
    ct state established,related accept
    ct state invalid drop
    # ICMP and ICMPv6, by number: a plain host has no list of the protocols' names.
    meta l4proto { 1, 58 } accept
${[...new Set(rules)].map((rule) => `    ${rule}\n`).join("")}    # A refused connection fails at once, a dropped one only after the caller's timeout.
    meta l4proto tcp reject with tcp reset
  }
}
`;
}

function renderFlow(flow: Flow, sources: readonly string[]): string[] {
  if (sources.length === 0) {
    return [];
  }
  return [
    `ip saddr { ${[...sources].sort().join(", ")} } tcp dport ${flow.port} accept comment "${flow.name}"`,
  ];
}
