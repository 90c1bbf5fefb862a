import type { HostRole } from "../../components/model.ts";
import type { Config } from "../config/schema.ts";
import type { AddressPlan } from "../topology.ts";
import type { AwsConfig } from "./schema.ts";
import {
  balancerAddress,
  firstAddressOf,
  hostAddress,
  privateSubnet,
  publicSubnet,
  type ZoneSubnet,
} from "./subnets.ts";

/** Where a cluster on AWS lives: all of it follows from the configuration. */
export interface AwsAddresses extends AddressPlan {
  /** For hosts, one a zone. */
  readonly private: readonly ZoneSubnet[];
  /** For what needs a public address: the bastion's first, then those of further ways out. */
  readonly public: readonly ZoneSubnet[];
  /** The bastion's private address, from which administrators reach the hosts. */
  readonly bastion: string;
  /** Zones in which a balancer stands before a proxy. */
  readonly proxyZones: readonly string[];
  balancerIn(zone: string): string;
}

type Said = Pick<Config, "hosts"> & {
  readonly aws: Pick<AwsConfig, "region" | "network" | "clients" | "dns" | "backups">;
};

export function awsAddresses({ hosts, aws: { region, network, clients, dns, backups } }: Said): AwsAddresses {
  const counts: Record<HostRole, number> = {
    database: hosts.database.count,
    proxy: hosts.proxy.count,
    operations: 1,
  };
  const zonesOf = (role: HostRole) => hosts[role].zones;
  const usedBy = (role: HostRole) => zonesOf(role).slice(0, counts[role]);
  const letters = [...new Set([...usedBy("database"), ...usedBy("proxy"), ...usedBy("operations")])].sort();

  const existing = network.existing;
  const inner =
    existing === undefined
      ? letters.map((zone) => privateSubnet(network.cidr, zone))
      : Object.entries(existing.subnets).map(([zone, { cidr, firstAddress }]) => ({
          zone,
          cidr,
          first: firstAddress ?? firstAddressOf(cidr),
        }));
  const outer =
    existing === undefined
      ? (network.nat === "each-zone" ? letters : letters.slice(0, 1)).map((zone) =>
          publicSubnet(network.cidr, zone),
        )
      : [{ ...existing.public, first: existing.public.firstAddress ?? firstAddressOf(existing.public.cidr) }];
  const bastion = outer[0]?.first ?? "";
  const subnetOf = (zone: string): ZoneSubnet => {
    const found = inner.find((each) => each.zone === zone);
    if (found === undefined) throw new Error(`no subnet for the zone "${zone}"`);
    return found;
  };
  const balancerIn = (zone: string) => balancerAddress(subnetOf(zone));
  const proxyZones = usedBy("proxy");
  return {
    network: network.cidr,
    private: inner,
    public: outer,
    bastion,
    proxyZones,
    addressOf: (role, index) => {
      const zones = zonesOf(role);
      const zone = zones[index % zones.length] ?? "";
      return hostAddress(subnetOf(zone), role, Math.floor(index / zones.length));
    },
    administrators: [`${bastion}/32`],
    // Those within the network are clients, too: whoever may use it is its owner's to say.
    clients: [...new Set([network.cidr, ...clients])],
    clientNames: dns.service === undefined ? [] : [dns.service],
    clientAddresses: [],
    bucket: { name: backups.bucket, region, endpoint: undefined },
    outside: [],
    balancer: proxyZones.map((zone) => `${balancerIn(zone)}/32`),
    balancerIn,
  };
}
