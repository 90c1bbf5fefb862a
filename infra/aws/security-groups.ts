import type { Flow, HostRole, Party } from "../../components/model.ts";
import { PORTS } from "../../components/ports.ts";

/** Who has a security group of its own: hosts by their role, the way in for people, and the one for programs. */
export type Group = HostRole | "bastion" | "balancer";

/** The other side of a rule: a group, or a network outside. */
export type Peer = { readonly group: Group } | { readonly cidr: string };

/** One rule of a security group. All of them are TCP, and of one port. */
export interface GroupRule {
  /** Unique within the group; a name of a resource follows from it. */
  readonly name: string;
  readonly group: Group;
  readonly direction: "in" | "out";
  readonly port: number;
  readonly peer: Peer;
  readonly description: string;
}

export interface Outside {
  readonly administrators: readonly string[];
  readonly clients: readonly string[];
}

/** Ports of the hosts' own way out: packages, and Amazon's services. Names and time come from within. */
const WAY_OUT = [
  { port: 80, purpose: "packages, which are signed" },
  { port: 443, purpose: "packages and the services of AWS" },
] as const;

const HOSTS: readonly HostRole[] = ["database", "proxy", "operations"];

/** Who stands before whom: people come in through the bastion, programs through the balancer. */
const FRONT: Partial<Record<Party, Group>> = {
  administrators: "bastion",
  clients: "balancer",
  balancer: "balancer",
};

/**
 * The rules of all groups, from the flow table: each flow is let out of one group and into the other. From outside comes
 * in what the configuration names, at the bastion and the balancer alone.
 */
export function groupRules(flows: readonly Flow[], outside: Outside): readonly GroupRule[] {
  const clientPorts = flows.filter((flow) => flow.from === "clients");
  return merged([
    ...flows.flatMap((flow) =>
      passage(flow.name, FRONT[flow.from] ?? hostRole(flow.from), flow.to, flow.port),
    ),
    ...outside.administrators.map((cidr) => rule("in", "bastion", PORTS.ssh, { cidr }, "administration")),
    ...clientPorts.flatMap(({ name, port }) =>
      outside.clients.map((cidr) => rule("in", "balancer", port, { cidr }, name)),
    ),
    ...[...HOSTS, "bastion" as const].flatMap((group) =>
      WAY_OUT.map(({ port, purpose }) => rule("out", group, port, { cidr: "0.0.0.0/0" }, purpose)),
    ),
  ]);
}

/** Out of one group and into the other. */
const passage = (flow: string, from: Group, to: Group, port: number): GroupRule[] => [
  rule("out", from, port, { group: to }, flow),
  rule("in", to, port, { group: from }, flow),
];

/**
 * A rule whose name is what EC2 knows it by, so that two are never the same to EC2 and different here, and taking one of
 * several networks away changes no other rule. What it is for is in words that EC2 takes: it refuses an apostrophe.
 */
const rule = (
  direction: GroupRule["direction"],
  group: Group,
  port: number,
  peer: Peer,
  description: string,
): GroupRule => ({
  name: `${direction}-${port}-${"group" in peer ? peer.group : peer.cidr.replace("/", "-")}`,
  group,
  direction,
  port,
  peer,
  description,
});

/** Two flows may use the same port between the same groups. */
function merged(rules: readonly GroupRule[]): readonly GroupRule[] {
  const byName = new Map<string, GroupRule>();
  for (const each of rules) {
    const key = `${each.group} ${each.name}`;
    const known = byName.get(key);
    byName.set(
      key,
      known === undefined ? each : { ...known, description: `${known.description}, ${each.description}` },
    );
  }
  return [...byName.values()];
}

function hostRole(party: Party): HostRole {
  const role = HOSTS.find((each) => each === party);
  if (role === undefined) throw new Error(`nobody stands before the party "${party}"`);
  return role;
}
