import { type HostPlan, hostsOf } from "../../components/model.ts";
import type { ConfigOnAws } from "../addresses.ts";
import type { Peer } from "../config/peer.ts";
import { didYouMean, type Problem } from "../config/problems.ts";
import { problem } from "../config/rules/problem.ts";
import type { Findings } from "./findings.ts";
import { bucketsOf, replicaOf } from "./schema.ts";
import { unknownToState } from "./unknown.ts";

/** What an update would fail on half-way, in the words of a refusal: pure. */
export function judge(
  config: ConfigOnAws,
  stack: string,
  hosts: readonly HostPlan[],
  findings: Findings,
  peer: Peer | undefined,
): Problem[] {
  const refused = [
    ...zones(config, findings),
    ...network(config, findings),
    ...buckets(config, findings),
    ...volumes(config, hosts, findings),
    ...hostedZone(config, findings),
    ...existingSubnets(config, findings),
    ...(peer !== undefined && config.dr.fromBackups ? source(config, findings, peer) : []),
  ];
  // What is in the way for a reason of its own needs no second one.
  return refused.length > 0 ? refused : unknownToState(config, stack, hosts, findings);
}

/** Before anything else: what another account has says nothing about this stack. */
export function foreignAccount({ aws: { account: wanted } }: ConfigOnAws, own: string): Problem[] {
  return wanted === undefined || wanted === own
    ? []
    : [
        problem(
          "aws.account",
          wanted,
          `the account of these credentials: they are of ${own}`,
          "take those of the stack's account; whose they are says: aws sts get-caller-identity",
        ),
      ];
}

function zones({ hosts, aws: { region } }: ConfigOnAws, findings: Findings): Problem[] {
  const letters = findings.zones.map((name) => name.slice(region.length));
  return (["database", "proxy", "operations"] as const).flatMap((role) =>
    hosts[role].zones.flatMap((zone, index) =>
      letters.includes(zone)
        ? []
        : [
            problem(
              `hosts.${role}.zones[${index}]`,
              zone,
              `a zone of ${region} that is open to this account: ${letters.join(", ")}`,
              "choose another one",
            ),
          ],
    ),
  );
}

/** Hosts cannot move from one network to another: their addresses and their volumes' zones are in this one. */
function network({ aws: { network: wanted } }: ConfigOnAws, { network: there }: Findings): Problem[] {
  if (there === undefined) return [];
  if (wanted.existing !== undefined && wanted.existing.vpc !== there.id) {
    return [
      problem(
        "aws.network.existing",
        wanted.existing.vpc,
        `nothing: this stack has a network of its own, ${there.id} with ${there.cidr}, and hosts in it`,
        "remove it, or make another stack",
      ),
    ];
  }
  return wanted.cidr === there.cidr
    ? []
    : [
        problem(
          "aws.network.cidr",
          wanted.cidr,
          `what it was made with: the network of this stack, ${there.id}, has ${there.cidr} and hosts in it`,
          `pulumi config set --path 'holdfast:aws.network.cidr' ${there.cidr}, or make another stack`,
        ),
      ];
}

function buckets({ cluster, aws: { backups } }: ConfigOnAws, findings: Findings): Problem[] {
  const { bucket } = backups;
  const found = (name: string) => findings.buckets.get(name) ?? { kind: "free" };
  return bucketsOf(backups).flatMap(({ name, log }): Problem[] => {
    const finding = found(name);
    const refused = (allowed: string, change: string) => [
      problem("aws.backups.bucket", bucket, allowed, change),
    ];
    if (finding.kind === "free") return [];
    if (finding.kind === "foreign") {
      return refused(
        `a name that nobody has: the bucket ${name} belongs to another account or is in another region, or these credentials may not see it`,
        "see whose credentials these are: aws sts get-caller-identity; else take another name",
      );
    }
    if (finding.cluster !== undefined && finding.cluster !== cluster.name) {
      return refused(
        `a bucket of its own: ${name} is tied to the cluster "${finding.cluster}", as its tag "Cluster" says`,
        "take another name",
      );
    }
    if (!finding.locked && !log) {
      return refused(
        `a bucket with Object Lock: ${name} is there without it, and it protected nothing that is in it already`,
        "take another name; the bucket is made with it",
      );
    }
    return [];
  });
}

function volumes(
  { hosts: pools, aws: { region } }: ConfigOnAws,
  hosts: readonly HostPlan[],
  findings: Findings,
): Problem[] {
  return [...hostsOf(hosts, "database"), ...hostsOf(hosts, "operations")].flatMap((host) => {
    const there = findings.volumes.get(host.name);
    if (there === undefined) return [];
    const zone = there.zone.slice(region.length);
    return [
      ...(host.diskGiB < there.gib
        ? [
            problem(
              `hosts.${host.role}.disk`,
              `${host.diskGiB}GiB`,
              `${there.gib}GiB or more: that is what ${host.name} has, and a volume can only grow`,
              `pulumi config set --path 'holdfast:hosts.${host.role}.disk' ${there.gib}GiB`,
            ),
          ]
        : []),
      ...(host.zone === zone
        ? []
        : [
            problem(
              `hosts.${host.role}.zones`,
              pools[host.role].zones,
              `zones that leave ${host.name} in ${zone}: its data volume is there, and cannot move`,
              `put ${zone} back in its place`,
            ),
          ]),
    ];
  });
}

function hostedZone({ aws: { dns } }: ConfigOnAws, findings: Findings): Problem[] {
  if (dns.zone === undefined || dns.service === undefined) return [];
  if (findings.hostedZone === undefined) {
    return [
      problem(
        "aws.dns.zone",
        dns.zone,
        "the id of a hosted zone of this account, and there is none of this id",
        "see which there are: aws route53 list-hosted-zones",
      ),
    ];
  }
  const domain = findings.hostedZone.replace(/\.$/, "");
  return dns.service.endsWith(`.${domain}`)
    ? []
    : [
        problem(
          "aws.dns.service",
          dns.service,
          `a name below ${domain}, the domain of the hosted zone ${dns.zone}`,
          "choose another name, or another zone",
        ),
      ];
}

function existingSubnets({ aws: { network, region } }: ConfigOnAws, findings: Findings): Problem[] {
  const { existing } = network;
  if (existing === undefined) return [];
  const stated = [
    ...Object.entries(existing.subnets).map(([zone, subnet]) => ({
      path: `subnets.${zone}`,
      ...subnet,
      zone,
    })),
    { path: "public", ...existing.public },
  ];
  return stated.flatMap(({ path, id, cidr, zone }) => {
    const there = findings.subnets.get(id);
    const at = `aws.network.existing.${path}`;
    const known = [...findings.subnets.keys()];
    if (there === undefined || there.vpc !== existing.vpc) {
      const guess = didYouMean(id, known);
      return [
        problem(
          `${at}.id`,
          id,
          `a subnet of ${existing.vpc} in ${region}, and it has none of this id`,
          guess === undefined || guess === id
            ? "correct the id, or that of the network"
            : `set it to ${guess}`,
        ),
      ];
    }
    return [
      ...(there.cidr === cidr
        ? []
        : [problem(`${at}.cidr`, cidr, `what the subnet has: ${there.cidr}`, `set it to ${there.cidr}`)]),
      ...(there.zone === `${region}${zone}`
        ? []
        : [
            problem(
              at,
              zone,
              `the zone that ${id} is in: ${there.zone}`,
              "state it under that zone's letter",
            ),
          ]),
    ];
  });
}

function source({ aws: { region } }: ConfigOnAws, findings: Findings, peer: Peer): Problem[] {
  const name = replicaOf(peer.aws.backups.bucket);
  const finding = findings.buckets.get(name);
  return finding?.kind === "own" && finding.keyArn !== undefined
    ? []
    : [
        problem(
          "dr.fromBackups",
          true,
          `a copy of the backups of ${peer.stack} in ${region}, and there is no bucket ${name} of this account`,
          `make it, as long as that region is there: pulumi up --stack ${peer.stack}`,
        ),
      ];
}
