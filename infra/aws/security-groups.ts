import type { Flow, HostRole, Party } from "../../components/model.ts";
import { PORTS } from "../../components/ports.ts";

/** Who has a security group of its own: hosts by their role, the way in for people, and the one for programs. */
export type Group = HostRole | "bastion" | "balancer";

/** The other side of a rule: a group, or a network outside. */
export type Peer = { readonly group: Group } | { readonly cidr: string };

/** One rule of a security group. All of them are TCP, and of one port. */
export interface GroupRule {
  /** Unique within the group and its direction; a name of a resource follows from it. */
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
  return [
    ...flows.flatMap((flow) => {
      const from = FRONT[flow.from] ?? hostRole(flow.from);
      return passage(flow.name, from, flow.to, flow.port, flow.purpose);
    }),
    ...outside.administrators.map((cidr, index) =>
      entry(`administrators-${index + 1}`, "bastion", PORTS.ssh, cidr, "administration"),
    ),
    ...clientPorts(flows).flatMap(({ name, port, purpose }) =>
      outside.clients.map((cidr, index) => entry(`${name}-${index + 1}`, "balancer", port, cidr, purpose)),
    ),
    ...[...HOSTS, "bastion" as const].flatMap((group) =>
      WAY_OUT.map(
        ({ port, purpose }): GroupRule => ({
          name: `way-out-${port}`,
          group,
          direction: "out",
          port,
          peer: { cidr: "0.0.0.0/0" },
          description: purpose,
        }),
      ),
    ),
  ];
}

const clientPorts = (flows: readonly Flow[]) => flows.filter((flow) => flow.from === "clients");

/** Out of one group and into the other. */
const passage = (name: string, from: Group, to: Group, port: number, description: string): GroupRule[] => [
  { name: `${name}-to-${to}`, group: from, direction: "out", port, peer: { group: to }, description },
  { name: `${name}-from-${from}`, group: to, direction: "in", port, peer: { group: from }, description },
];

const entry = (name: string, group: Group, port: number, cidr: string, description: string): GroupRule => ({
  name,
  group,
  direction: "in",
  port,
  peer: { cidr },
  description,
});

function hostRole(party: Party): HostRole {
  const role = HOSTS.find((each) => each === party);
  if (role === undefined) throw new Error(`nobody stands before the party "${party}"`);
  return role;
}
