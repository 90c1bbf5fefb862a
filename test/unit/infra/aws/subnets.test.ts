import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressRange } from "../../../../components/fields.ts";
import type { HostRole } from "../../../../components/model.ts";
import { awsAddresses } from "../../../../infra/aws/addresses.ts";
import { LONGEST_PREFIX, subnetsOf } from "../../../../infra/aws/subnets.ts";

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

describe("subnets", () => {
  test("lie within their network, apart from each other", () => {
    fc.assert(
      fc.property(network, zones, (cidr, letters) => {
        const all = subnetsOf(cidr, letters).flatMap((zone) => [zone.private, zone.public]);
        for (const each of all) expect(inside(each, cidr)).toBe(true);
        for (const [index, each] of all.entries()) {
          for (const other of all.slice(index + 1)) expect(apart(each, other), `${each} ${other}`).toBe(true);
        }
      }),
    );
  });

  test("do not move when another zone comes or goes", () => {
    fc.assert(
      fc.property(network, zones, (cidr, letters) => {
        const all = subnetsOf(cidr, ["a", "b", "c", "d", "e", "f"]);
        for (const each of subnetsOf(cidr, letters)) expect(all).toContainEqual(each);
      }),
    );
  });

  test("of the default network are as documented", () => {
    expect(subnetsOf("10.20.0.0/16", ["a", "b", "c"])).toEqual([
      { zone: "a", private: "10.20.0.0/20", public: "10.20.128.0/28" },
      { zone: "b", private: "10.20.16.0/20", public: "10.20.128.16/28" },
      { zone: "c", private: "10.20.32.0/20", public: "10.20.128.32/28" },
    ]);
  });
});

describe("addresses", () => {
  const roles = ["database", "proxy", "operations"] as const;
  const most: Record<HostRole, number> = { database: 5, proxy: 4, operations: 1 };

  test("are each host's own, in the subnet of its zone, and none of Amazon's", () => {
    fc.assert(
      fc.property(network, zones, zones, zones, (cidr, database, proxy, operations) => {
        const plan = awsAddresses({ cidr, clients: [], zones: { database, proxy, operations } });
        const used = roles.flatMap((role) =>
          Array.from({ length: most[role] }, (_, index) => {
            const zone = { database, proxy, operations }[role][
              index % { database, proxy, operations }[role].length
            ];
            const address = plan.addressOf(role, index);
            const subnet = plan.subnets.find((each) => each.zone === zone)?.private ?? "";
            expect(inside(`${address}/32`, subnet), `${role} ${index} ${address} in ${subnet}`).toBe(true);
            const [first, last] = addressRange(subnet);
            const [place] = addressRange(`${address}/32`);
            expect(place - first).toBeGreaterThanOrEqual(4);
            expect(place).toBeLessThan(last);
            return address;
          }),
        );
        expect(new Set([...used, plan.bastion]).size).toBe(used.length + 1);
      }),
    );
  });

  test("let administrators in from the bastion alone", () => {
    const plan = awsAddresses({
      cidr: "10.20.0.0/16",
      clients: ["10.30.0.0/16"],
      zones: { database: ["a", "b", "c"], proxy: ["a", "b"], operations: ["c"] },
    });
    expect(plan.administrators).toEqual(["10.20.128.4/32"]);
    expect(plan.clients).toEqual(["10.20.0.0/16", "10.30.0.0/16"]);
    expect([0, 1, 2].map((index) => plan.addressOf("database", index))).toEqual([
      "10.20.0.4",
      "10.20.16.4",
      "10.20.32.4",
    ]);
  });
});
