import { addressRange } from "../../components/fields.ts";
import type { HostRole } from "../../components/model.ts";

/** A subnet, in one zone. */
export interface ZoneSubnet {
  /** The zone's letter. */
  readonly zone: string;
  readonly cidr: string;
  /** The first of the addresses that hosts get: eleven from there on are theirs. */
  readonly first: string;
}

/** Zones of a region, of which some have six. */
const MOST_ZONES = 8;
const PUBLIC_PREFIX = 28;

/** Whether a network has room for the subnets of all zones: sixteen addresses for hosts in each at least. */
export const LONGEST_PREFIX = 24;

/**
 * Subnets for hosts follow from the network and the zone's letter alone, so that another zone moves none of the others:
 * the network's lower half is cut into eight parts, one a letter.
 */
export function privateSubnet(network: string, zone: string): ZoneSubnet {
  const [first, last] = addressRange(network);
  const part = (last - first + 1) / 2 / MOST_ZONES;
  return subnet(zone, first + placeOf(zone) * part, part);
}

/** Small ones for what needs a public address are at the beginning of the network's upper half, one a letter. */
export function publicSubnet(network: string, zone: string): ZoneSubnet {
  const [first, last] = addressRange(network);
  const size = 2 ** (32 - PUBLIC_PREFIX);
  return subnet(zone, first + (last - first + 1) / 2 + placeOf(zone) * size, size);
}

/** Amazon keeps the first four addresses of each subnet, and the last. */
const AMAZONS = 4;

const subnet = (zone: string, first: number, size: number): ZoneSubnet => ({
  zone,
  cidr: `${dotted(first)}/${32 - Math.log2(size)}`,
  first: dotted(first + AMAZONS),
});

const placeOf = (zone: string) => zone.charCodeAt(0) - "a".charCodeAt(0);

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");

/** Of sixteen addresses eleven are left; the last one of them is the balancer's. */
const PLACE_OF_ROLE: Record<HostRole, number> = { database: 0, proxy: 5, operations: 9 };
const PLACE_OF_BALANCER = 10;

/** The address of the n-th host of a role in its zone's subnet: a rebuilt host gets the same one. */
export const hostAddress = (subnet: ZoneSubnet, role: HostRole, indexInZone: number): string =>
  addressFrom(subnet.first, PLACE_OF_ROLE[role] + indexInZone);

export const balancerAddress = (subnet: ZoneSubnet): string => addressFrom(subnet.first, PLACE_OF_BALANCER);

/** So many places behind an address. */
const addressFrom = (address: string, places: number): string =>
  dotted(addressRange(`${address}/32`)[0] + places);

export const firstAddressOf = (cidr: string): string => addressFrom(cidr.split("/")[0] ?? "", AMAZONS);
