import { changesBetween, describeReloads, describeRestarts } from "../../components/postgres/changes.ts";
import { describeReplacements } from "../../components/postgres/hosts-made-anew.ts";
import { BASTION, hostOf } from "./files.ts";
import type { PlannedChange } from "./plan.ts";

/** What a change of a component's files does to the service. */
const EFFECTS: Readonly<Record<string, string>> = {
  os: "packages, names, firewall and kernel settings, without a restart of any service",
  tls: "certificates, by reload, no connection is lost",
  etcd: "etcd restarts, one member after the other, while the others keep Patroni's lock",
  patroni: "Patroni and pg_hba.conf, by reload, no connection is lost",
  "patroni-dynamic": "what all members share, taken up by each Patroni, no connection is lost",
  haproxy: "HAProxy, by reload, no connection is lost",
  pgbouncer: "PgBouncer, by reload, no connection is lost",
  roles: "databases, roles and grants, on the primary",
  grafana: "Grafana, by restart, and nothing else",
};

export interface Impact {
  /** Sentences, the most disruptive first. */
  readonly sentences: readonly string[];
  /** Hosts whose machine is made anew. */
  readonly replaced: readonly string[];
  /** Those of them that can be made anew one after the other: all, unless their network changes as well. */
  readonly oneByOne: readonly string[];
  /** URNs of what is new in the cloud and belongs to no host: hosts that are made anew may need it. */
  readonly shared: readonly string[];
  /** Hosts that go, with or without their data. */
  readonly removed: readonly string[];
  /** Volumes whose data goes. */
  readonly lostVolumes: readonly string[];
}

/** What an update would do to the service, given the names of the hosts that there are: pure. */
export function impactOf(plan: readonly PlannedChange[], existing: readonly string[]): Impact {
  const hosts = (kind: PlannedChange["kind"], suffix: string) =>
    plan.flatMap((change) => {
      const host = hostOf(change.name);
      return host !== undefined && change.kind === kind && change.name === `${host}-${suffix}` ? [host] : [];
    });
  const there = hosts("replace", "host");
  // One that somebody ended is made anew as well: nothing is reached without it.
  const replaced =
    existing.length > 0 && hosts("create", "host").includes(BASTION) ? [...there, BASTION] : there;
  const removed = hosts("delete", "host");
  const lostVolumes = [...hosts("delete", "volume"), ...hosts("replace", "volume")];
  const made = hosts("create", "host").filter((host) => !replaced.includes(host));
  const network = plan.find((change) => change.name === "network" && change.kind === "replace");
  return {
    replaced,
    oneByOne: network === undefined ? replaced : [],
    shared: plan
      .filter(
        ({ kind, name, urn }) => kind === "create" && hostOf(name) === undefined && /[:$]aws:/.test(urn),
      )
      .map(({ urn }) => urn),
    removed,
    lostVolumes,
    sentences: [
      ...lostVolumes.map((host) => `the data volume of ${host} is DELETED with everything on it`),
      ...removed.map((host) => `${host} is removed`),
      ...(network === undefined
        ? replacements(replaced)
        : [
            `the network changes: ${replaced.join(", ")} are made anew AT ONCE, the cluster is down meanwhile`,
          ]),
      ...(made.length > 0 ? [`${made.join(", ")}: new`] : []),
      ...parameters(
        plan,
        existing.filter((host) => host.startsWith("db-")),
      ),
      ...components(plan, new Set([...replaced, ...made])),
    ],
  };
}

function replacements(replaced: readonly string[]): string[] {
  const databases = replaced.filter((host) => host.startsWith("db-"));
  const others = replaced.filter((host) => !host.startsWith("db-") && host !== BASTION);
  return [
    ...(replaced.includes(BASTION)
      ? [
          `${BASTION}: the machine is made anew, before all else; clients do not notice. Every step is run again over the new one, also those that find nothing to do: whether a file with secrets changes is not to be seen here`,
        ]
      : []),
    ...describeReplacements(databases),
    ...(others.length > 0
      ? [
          `${others.join(", ")}: the machine is made anew, one after the other; a proxy's clients go on at the other proxy`,
        ]
      : []),
  ];
}

function parameters(plan: readonly PlannedChange[], members: readonly string[]): readonly string[] {
  const changes = (name: string) => {
    const change = plan.find((each) => each.name === name && each.kind === "update");
    return changesBetween(text(change?.before), text(change?.after));
  };
  return [
    ...describeRestarts(changes("postgres-restart"), members),
    ...describeReloads(changes("postgres-reload"), members),
  ];
}

/** The program gave these steps their parameters as lines in their environment. */
const text = (inputs: PlannedChange["before"] | undefined): string =>
  (inputs?.["environment"] as { PARAMETERS?: string } | undefined)?.PARAMETERS ?? "";

function components(plan: readonly PlannedChange[], anew: ReadonlySet<string>): string[] {
  const touched = new Map<string, string[]>();
  for (const change of plan) {
    const host = hostOf(change.name);
    const component = host && new RegExp(`^${host}-(.+)-(files|learned|secrets)$`).exec(change.name)?.[1];
    if (!host || !component || change.kind === "delete" || anew.has(host)) continue;
    if (anew.has(BASTION) && onlyReachedAnew(change)) continue;
    const effect = EFFECTS[component] ?? component;
    touched.set(effect, [...(touched.get(effect) ?? []), host]);
  }
  return [...touched].map(([effect, hosts]) => `${[...new Set(hosts)].join(", ")}: ${effect}`);
}

/** Whether a step differs in nothing but the way to its host. */
function onlyReachedAnew({ kind, before, after }: PlannedChange): boolean {
  const [old, wanted] = [before, after].map(({ connection: _, ...rest }) => JSON.stringify(rest));
  return kind === "update" && old === wanted;
}
