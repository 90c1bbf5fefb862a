import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressRange } from "../../../../components/fields.ts";
import { isOnAws } from "../../../../infra/addresses.ts";
import { awsAddresses } from "../../../../infra/aws/addresses.ts";
import { LONGEST_PREFIX, privateSubnet, publicSubnet } from "../../../../infra/aws/subnets.ts";
import { configOf } from "../../../support/configuration.ts";

const network = fc
  .record({ prefix: fc.integer({ min: 16, max: LONGEST_PREFIX }), block: fc.nat(255), part: fc.nat(255) })
  .map(({ prefix, block, part }) => {
    const size = 2 ** (32 - prefix);
    const first = Math.floor((10 * 2 ** 24 + block * 2 ** 16 + part * 2 ** 8) / size) * size;
    return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join(".")}/${prefix}`;
  });
const zones = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1, maxLength: 6 });

const inside = (inner: string, outer: string) => {
  const [first, last] = addressRange(inner);
  const [from, to] = addressRange(outer);
  return from <= first && last <= to;
};
const apart = (one: string, other: string) => {
  const [first, last] = addressRange(one);
  const [from, to] = addressRange(other);
  return last < from || to < first;
};

const both = (cidr: string, letters: readonly string[]) =>
  letters.flatMap((zone) => [privateSubnet(cidr, zone), publicSubnet(cidr, zone)]);

describe("subnets", () => {
  test("lie within their network, apart from each other", () => {
    fc.assert(
      fc.property(network, zones, (cidr, letters) => {
        const all = both(cidr, letters).map((subnet) => subnet.cidr);
        for (const each of all) expect(inside(each, cidr)).toBe(true);
        for (const [index, each] of all.entries()) {
          for (const other of all.slice(index + 1)) expect(apart(each, other), `${each} ${other}`).toBe(true);
        }
      }),
    );
  });

  test("of the default network are as documented", () => {
    expect(both("10.20.0.0/16", ["a", "b", "c"])).toEqual([
      { zone: "a", cidr: "10.20.0.0/20", first: "10.20.0.4" },
      { zone: "a", cidr: "10.20.128.0/28", first: "10.20.128.4" },
      { zone: "b", cidr: "10.20.16.0/20", first: "10.20.16.4" },
      { zone: "b", cidr: "10.20.128.16/28", first: "10.20.128.20" },
      { zone: "c", cidr: "10.20.32.0/20", first: "10.20.32.4" },
      { zone: "c", cidr: "10.20.128.32/28", first: "10.20.128.36" },
    ]);
  });
});

const ROLES = ["database", "proxy", "operations"] as const;

/** A cluster on AWS with these sections besides the least. */
const onAws = (hosts: object, network: object, clients: readonly string[] = []) => {
  const config = configOf({
    platform: "aws",
    hosts,
    aws: {
      region: "us-east-1",
      administrators: ["203.0.113.0/24"],
      backups: { bucket: "example-backups" },
      network,
      clients,
    },
  });
  if (!isOnAws(config)) throw new Error("it is on AWS");
  return { config, plan: awsAddresses(config) };
};

const counts = fc.record({ database: fc.constantFrom(3, 5), proxy: fc.integer({ min: 2, max: 4 }) });

describe("addresses", () => {
  test("are each host's own, in the subnet of its zone, and none of Amazon's", () => {
    fc.assert(
      fc.property(network, zones, zones, zones, counts, (cidr, database, proxy, operations, count) => {
        const { config, plan } = onAws(
          {
            database: { count: count.database, zones: database },
            proxy: { count: count.proxy, zones: proxy },
            operations: { zones: operations },
          },
          { cidr },
        );
        const used = ROLES.flatMap((role) => {
          const pool = config.hosts[role];
          return Array.from({ length: "count" in pool ? pool.count : 1 }, (_, index) => {
            const zone = pool.zones[index % pool.zones.length];
            const address = plan.addressOf(role, index);
            const subnet = plan.private.find((each) => each.zone === zone)?.cidr ?? "";
            expect(inside(`${address}/32`, subnet), `${role} ${index} ${address} in ${subnet}`).toBe(true);
            const [first, last] = addressRange(subnet);
            const [place] = addressRange(`${address}/32`);
            expect(place - first).toBeGreaterThanOrEqual(4);
            expect(place).toBeLessThan(last);
            return address;
          });
        });
        const all = [...used, plan.bastion, ...plan.proxyZones.map((zone) => plan.balancerIn(zone))];
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  test("stay when another zone comes", () => {
    const inZones = (letters: readonly string[]) =>
      onAws({ database: { zones: letters } }, {}).plan.addressOf("database", 0);
    expect(inZones(["b"])).toBe(inZones(["b", "a"]));
  });

  test("let administrators in from the bastion alone", () => {
    const { plan } = onAws({ operations: { zones: ["c"] } }, {}, ["10.30.0.0/16"]);
    expect(plan.administrators).toEqual(["10.20.128.4/32"]);
    expect(plan.clients).toEqual(["10.20.0.0/16", "10.30.0.0/16"]);
    expect([0, 1, 2].map((index) => plan.addressOf("database", index))).toEqual([
      "10.20.0.4",
      "10.20.16.4",
      "10.20.32.4",
    ]);
  });

  test("in an existing network begin where it says that they are free", () => {
    const subnets = {
      a: { id: "subnet-0123456789abcdef0", cidr: "10.50.1.0/24", firstAddress: "10.50.1.100" },
      b: { id: "subnet-0123456789abcdef1", cidr: "10.50.2.0/24" },
      c: { id: "subnet-0123456789abcdef2", cidr: "10.50.3.0/24" },
    };
    const { plan } = onAws(
      {},
      {
        cidr: "10.50.0.0/16",
        existing: {
          vpc: "vpc-0123456789abcdef0",
          subnets,
          public: { zone: "b", id: "subnet-0123456789abcdef3", cidr: "10.50.9.0/28" },
        },
      },
    );
    expect([
      plan.addressOf("database", 0),
      plan.addressOf("proxy", 1),
      plan.balancerIn("a"),
      plan.bastion,
    ]).toEqual(["10.50.1.100", "10.50.2.9", "10.50.1.110", "10.50.9.4"]);
  });
});
