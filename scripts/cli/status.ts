import Table from "cli-table3";
import { BARMAN } from "../../components/barman/names.ts";
import { type AddressStatus, addressesOf } from "../stack/endpoint.ts";
import { type MemberFacts, memberFacts } from "../stack/facts.ts";
import { type Endpoint, type LastChange, lastChangeOf, readStack, type Stack } from "../stack/outputs.ts";
import { keepingConnections } from "../stack/ssh.ts";
import { type HostStatus, hostStatus, renderHosts, renderLastChange } from "./host-status.ts";

export interface MemberStatus {
  readonly name: string;
  readonly zone: string;
  /** As Patroni names it: leader, quorum_standby, sync_standby, replica; "unknown" when nobody can say. */
  readonly role: string;
  readonly state: string;
  readonly timeline: number | null;
  /** How far behind the leader what is visible here is; null for the leader and for a member that does not stream. */
  readonly lagBytes: number | null;
  readonly lagSeconds: number | null;
  /** As the leader's pg_stat_replication has it: quorum, sync, async. */
  readonly sync: string | null;
  readonly etcd: "healthy" | "unhealthy";
  readonly versions: {
    readonly postgres: string | null;
    readonly patroni: string | null;
    readonly etcd: string | null;
  };
  readonly pendingRestart: boolean;
  readonly problem: string | null;
}

export interface EndpointStatus {
  readonly name: Endpoint;
  readonly addresses: readonly AddressStatus[];
}

export interface ClusterStatus {
  readonly stack: string;
  readonly cluster: string;
  /** What an acknowledged commit is worth, as configured. */
  readonly durability: Stack["durability"];
  readonly leader: string | null;
  readonly members: readonly MemberStatus[];
  readonly endpoints: readonly EndpointStatus[];
  readonly hosts: readonly HostStatus[];
  /** Undefined where the engine's backend tells of none. */
  readonly lastChange?: LastChange;
}

export async function clusterStatus(stack: Stack): Promise<ClusterStatus> {
  const [facts, endpoints, hosts, lastChange] = await Promise.all([
    memberFacts(stack),
    endpointStatus(stack),
    hostStatus(stack),
    lastChangeOf(stack.name),
  ]);
  const members = membersFrom(facts);
  return {
    stack: stack.name,
    cluster: stack.clusterName,
    durability: stack.durability,
    leader: members.find((member) => member.role === "leader")?.name ?? null,
    members,
    endpoints,
    hosts,
    ...(lastChange ? { lastChange } : {}),
  };
}

/** Without a standby, Patroni lets anyone who streams confirm commits, and there is only Barman. */
const CONFIRMS_ALONE =
  "Barman's receiver confirms commits now, because no standby does: they are on this member and on the operations host, and on no member that could take over; bring a standby back";
const confirmsAlone = (standbys: readonly { readonly name: string; readonly sync: string }[] = []) =>
  standbys.some(({ name, sync }) => name === BARMAN.receiver && sync !== "async");

export const IN_MAINTENANCE = "in maintenance";

/** One view from all members' answers: pure. */
export function membersFrom(facts: readonly MemberFacts[]): MemberStatus[] {
  const standbys = facts.flatMap((each) => each.server?.standbys ?? []);
  return facts.map((each) => {
    const { host, server, patroni, etcdHealthy, inMaintenance, patroniVersion, etcdVersion, problem } = each;
    // A member knows itself best; one that is silent is described by any other.
    const views = [patroni, ...facts.map((other) => other.patroni)];
    const own = views.flatMap((view) => view?.members ?? []).find((member) => member.name === host.name);
    const stream = standbys.find((standby) => standby.name === host.name);
    return {
      name: host.name,
      zone: host.zone,
      role: inMaintenance ? "none" : (own?.role ?? "unknown"),
      state: inMaintenance ? IN_MAINTENANCE : server ? (own?.state ?? "running") : "not answering",
      timeline: own?.timeline ?? null,
      lagBytes: stream?.lagBytes ?? null,
      lagSeconds: stream?.lagSeconds ?? null,
      sync: stream?.sync ?? null,
      etcd: etcdHealthy ? "healthy" : "unhealthy",
      versions: {
        postgres: server?.version ?? null,
        patroni: patroniVersion ?? null,
        etcd: etcdVersion ?? null,
      },
      pendingRestart: (server?.pendingRestart ?? 0) > 0,
      problem: problem ?? (confirmsAlone(server?.standbys) ? CONFIRMS_ALONE : null),
    };
  });
}

const endpointStatus = (stack: Stack): Promise<EndpointStatus[]> =>
  Promise.all(
    (Object.keys(stack.endpoints) as Endpoint[]).map(async (name) => ({
      name,
      addresses: await addressesOf(stack, name),
    })),
  );

const PLAIN = { style: { head: [], border: [] } };

/** The tables that a person reads: pure. */
export function renderStatus(status: ClusterStatus): string {
  const members = new Table({
    head: ["member", "zone", "role", "state", "timeline", "lag", "sync", "etcd", "PostgreSQL, Patroni, etcd"],
    ...PLAIN,
  });
  for (const member of status.members) {
    const lag = member.lagBytes === null ? "" : `${member.lagBytes} B, ${member.lagSeconds} s`;
    members.push([
      member.name,
      member.zone,
      member.role,
      member.pendingRestart ? `${member.state}, restart pending` : member.state,
      member.timeline ?? "",
      lag,
      member.sync ?? "",
      member.etcd,
      Object.values(member.versions)
        .map((version) => version?.split(" ")[0] ?? "?")
        .join(", "),
    ]);
  }
  const endpoints = new Table({ head: ["endpoint", "address", "leads to"], ...PLAIN });
  for (const { name, addresses } of status.endpoints) {
    for (const { address, leadsTo, problem } of addresses) {
      endpoints.push([name, address, leadsTo ?? problem ?? ""]);
    }
  }
  const problems = status.members.flatMap((member) =>
    member.problem ? [`${member.name}: ${member.problem}`] : [],
  );
  return [
    `cluster ${status.cluster} (stack ${status.stack}), durability ${status.durability}, ${status.leader ? `leader ${status.leader}` : "no leader"}`,
    members.toString(),
    endpoints.toString(),
    renderHosts(status.hosts),
    ...problems,
    renderLastChange(status.lastChange, new Date()),
    "",
  ].join("\n");
}

export async function status(name: string, json: boolean): Promise<void> {
  const stack = await readStack(name);
  const current = await keepingConnections(() => clusterStatus(stack));
  process.stdout.write(json ? `${JSON.stringify(current, null, 2)}\n` : renderStatus(current));
  if (current.leader === null) {
    process.exitCode = 1;
  }
}
