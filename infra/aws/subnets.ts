import { addressRange } from "../../components/fields.ts";
import type { HostRole } from "../../components/model.ts";

/** The subnets of a zone: one for hosts, and a small one for what needs a public address. */
export interface ZoneSubnets {
  readonly zone: string;
  readonly private: string;
  readonly public: string;
}

/** Zones of a region, of which some have six. */
const MOST_ZONES = 8;
const PUBLIC_PREFIX = 28;

/** Whether a network has room for the subnets of all zones: sixteen addresses for hosts in each at least. */
export const LONGEST_PREFIX = 24;

/**
 * Subnets that follow from the network and the zone's letter alone, so that another zone moves none of the others: the
 * network's lower half is cut into eight parts for hosts, one a letter; the first small ones of the upper half are public.
 */
export function subnetsOf(network: string, zones: readonly string[]): readonly ZoneSubnets[] {
  const [first, last] = addressRange(network);
  const half = (last - first + 1) / 2;
  const part = half / MOST_ZONES;
  return zones.map((zone) => {
    const place = zone.charCodeAt(0) - "a".charCodeAt(0);
    return {
      zone,
      private: cidrOf(first + place * part, part),
      public: cidrOf(first + half + place * 2 ** (32 - PUBLIC_PREFIX), 2 ** (32 - PUBLIC_PREFIX)),
    };
  });
}

const cidrOf = (first: number, size: number) => `${addressOf(first)}/${32 - Math.log2(size)}`;

const addressOf = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");

/** Amazon keeps the first four addresses of each subnet and the last: of sixteen these, and 14 for the balancer, are left. */
const FIRST_OF_ROLE: Record<HostRole, number> = { database: 4, proxy: 9, operations: 13 };

/** The address of the n-th host of a role in its zone's subnet: a rebuilt host gets the same one. */
export const hostAddress = (subnet: string, role: HostRole, indexInZone: number): string =>
  addressIn(subnet, FIRST_OF_ROLE[role] + indexInZone);

/** The n-th address of a subnet, from 0. */
export const addressIn = (subnet: string, place: number): string =>
  addressOf(addressRange(subnet)[0] + place);
