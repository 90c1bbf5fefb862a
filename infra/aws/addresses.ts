import type { HostRole } from "../../components/model.ts";
import type { AddressPlan } from "../topology.ts";
import { addressIn, hostAddress, subnetsOf, type ZoneSubnets } from "./subnets.ts";

export interface AwsNetwork {
  readonly cidr: string;
  readonly clients: readonly string[];
  /** Zones by role, used in turn. */
  readonly zones: Readonly<Record<HostRole, readonly string[]>>;
}

/** Where a cluster on AWS lives: all of it follows from the network and the zones. */
export interface AwsAddresses extends AddressPlan {
  readonly subnets: readonly ZoneSubnets[];
  /** The bastion's private address, from which administrators reach the hosts. */
  readonly bastion: string;
  balancerIn(zone: string): string;
}

/** Behind Amazon's own four addresses in the first public subnet. */
const BASTION_PLACE = 4;
/** Behind the hosts' in each private subnet. */
const BALANCER_PLACE = 14;

export function awsAddresses(network: AwsNetwork): AwsAddresses {
  const letters = [...new Set(Object.values(network.zones).flat())].sort();
  const subnets = subnetsOf(network.cidr, letters);
  const subnetOf = (zone: string): ZoneSubnets => {
    const found = subnets.find((each) => each.zone === zone);
    if (found === undefined) throw new Error(`no subnet for the zone "${zone}"`);
    return found;
  };
  const zoneOf = (role: HostRole, index: number) =>
    network.zones[role][index % network.zones[role].length] ?? "";
  const bastion = addressIn(subnetOf(letters[0] ?? "").public, BASTION_PLACE);
  const balancerIn = (zone: string) => addressIn(subnetOf(zone).private, BALANCER_PLACE);
  return {
    network: network.cidr,
    subnets,
    bastion,
    addressOf: (role, index) =>
      hostAddress(
        subnetOf(zoneOf(role, index)).private,
        role,
        Math.floor(index / network.zones[role].length),
      ),
    administrators: [`${bastion}/32`],
    // Those within the network are clients, too: whoever may use it is its owner's to say.
    clients: [...new Set([network.cidr, ...network.clients])],
    clientNames: [],
    clientAddresses: [],
    balancer: [...new Set(network.zones.proxy)].map((zone) => `${balancerIn(zone)}/32`),
    balancerIn,
  };
}
