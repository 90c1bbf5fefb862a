import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labAddresses } from "../../../infra/local/addresses.ts";
import { planCluster } from "../../../infra/plan.ts";
import { stacks } from "../../support/arbitrary-config.ts";
import { configOf } from "../../support/configuration.ts";

const topologyOf = (sections: Record<string, unknown> = {}) => {
  const config = configOf(sections);
  return planCluster(config, labAddresses(config, "test")).topology;
};

test("the default cluster", () => {
  const { hosts, ...rest } = topologyOf({ local: { subnet: "10.77.1.0/24" } });
  expect(hosts.map(({ name, role, zone, address }) => `${name} ${role} ${zone} ${address}`)).toEqual([
    "db-1 database a 10.77.1.11",
    "db-2 database b 10.77.1.12",
    "db-3 database c 10.77.1.13",
    "proxy-1 proxy a 10.77.1.21",
    "proxy-2 proxy b 10.77.1.22",
    "ops-1 operations a 10.77.1.31",
  ]);
  expect(hosts[0]).toMatchObject({
    fqdn: "db-1.test.holdfast.internal",
    cpu: 1,
    memoryMiB: 1024,
    diskGiB: 10,
  });
  expect(rest).toMatchObject({
    cluster: "test",
    domain: "test.holdfast.internal",
    network: "10.77.1.0/24",
    parties: {
      database: ["10.77.1.11/32", "10.77.1.12/32", "10.77.1.13/32"],
      proxy: ["10.77.1.21/32", "10.77.1.22/32"],
      operations: ["10.77.1.31/32"],
      administrators: ["10.77.1.1/32"],
    },
    clientNames: ["writer.test.holdfast.internal", "reader.test.holdfast.internal"],
  });
});

test("zones are used in turn, and again from the first one", () => {
  const { hosts } = topologyOf({ hosts: { database: { count: 5, zones: ["x", "y"] } } });
  expect(hosts.filter((host) => host.role === "database").map((host) => host.zone)).toEqual([
    ...["x", "y", "x", "y", "x"],
  ]);
});

describe("of any accepted configuration", () => {
  const property = (check: (topology: ReturnType<typeof topologyOf>) => void) =>
    fc.assert(
      fc.property(stacks, ({ name, config }) => {
        check(planCluster(config, labAddresses(config, name)).topology);
      }),
    );

  test("no two hosts share a name or an address", () => {
    property(({ hosts }) => {
      for (const field of ["name", "fqdn", "address"] as const) {
        expect(new Set(hosts.map((host) => host[field])).size).toBe(hosts.length);
      }
    });
  });

  test("etcd's members, which are the database hosts, are an odd number and at least three", () => {
    property(({ hosts, parties }) => {
      const members = hosts.filter((host) => host.role === "database").length;
      expect(members % 2).toBe(1);
      expect(members).toBeGreaterThanOrEqual(3);
      expect(parties.database).toHaveLength(members);
    });
  });

  test("each endpoint is open to clients on every proxy, and no other port is", () => {
    property(({ endpoints, flows }) => {
      const open = flows.filter((flow) => flow.from === "clients");
      expect(open.every((flow) => flow.to === "proxy")).toBe(true);
      expect(open.map((flow) => flow.port).sort()).toEqual(endpoints.map((each) => each.port).sort());
    });
  });

  test("losing one zone of three or more leaves a majority of members", () => {
    property(({ hosts }) => {
      const members = hosts.filter((host) => host.role === "database");
      const counts = members.map((host) => members.filter((each) => each.zone === host.zone).length);
      if (new Set(members.map((host) => host.zone)).size >= 3) {
        expect(Math.max(...counts)).toBeLessThan(members.length / 2);
      }
    });
  });
});
