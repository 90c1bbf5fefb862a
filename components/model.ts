/**
 * The vocabulary that renderers and components share: plain data, no Pulumi, no cloud.
 * `infra/topology.ts` builds values of these types; nothing else does.
 */

export type HostRole = "database" | "proxy" | "operations";

/** Who opens a connection. Hosts by their role, the people and programs outside, and what spreads these over the proxies. */
export type Party = HostRole | "clients" | "administrators" | "balancer";

/** Everything about a host that is known before it exists, so that a first preview can show every file. */
export interface HostPlan {
  readonly name: string;
  /** Name in the cluster's domain, which certificates carry and peers verify. */
  readonly fqdn: string;
  readonly role: HostRole;
  readonly zone: string;
  /** Private IPv4 address. It is planned, and a rebuilt host gets the same one. */
  readonly address: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

/** One line of pg_hba.conf, without the addresses, which follow from the flow's `from`. */
export interface HbaEntry {
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly method: "scram-sha-256" | "cert";
}

/** One row of the flow table: who talks to whom, on which port, and how it proves who it is. */
export interface Flow {
  readonly name: string;
  readonly from: Party;
  readonly to: HostRole;
  readonly port: number;
  readonly purpose: string;
  readonly authentication: string;
  /** Only on flows to PostgreSQL's own port. */
  readonly hba?: HbaEntry;
}

export type EndpointName = "writer" | "reader" | "writerSession" | "readerSession" | "syncReaderSession";

/** A service that clients use, offered on this port of every proxy. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly port: number;
  readonly pooled: boolean;
  readonly description: string;
}

export interface Topology {
  readonly cluster: string;
  readonly domain: string;
  /** The network that all hosts share, as a CIDR. */
  readonly network: string;
  readonly hosts: readonly HostPlan[];
  readonly endpoints: readonly Endpoint[];
  readonly flows: readonly Flow[];
  /** The addresses behind each party, as CIDRs. */
  readonly parties: Readonly<Record<Party, readonly string[]>>;
  /** Hosts outside of the cluster that have no other name. */
  readonly outside: readonly { readonly name: string; readonly address: string }[];
  /** Further names and addresses under which clients reach the proxies; certificates must carry them. */
  readonly clientNames: readonly string[];
  readonly clientAddresses: readonly string[];
  /** Whether the operations host has Grafana. */
  readonly grafana: boolean;
}

export const hostsOf = <H extends HostPlan>(hosts: readonly H[], role: HostRole): readonly H[] =>
  hosts.filter((host) => host.role === role);

export function operationsHost<H extends HostPlan>(hosts: readonly H[]): H {
  const [host] = hostsOf(hosts, "operations");
  if (host === undefined) throw new Error("a cluster has an operations host");
  return host;
}
