import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labAddresses } from "../../../infra/local/addresses.ts";
import { planCluster } from "../../../infra/plan.ts";
import { stacks } from "../../support/arbitrary-config.ts";
import { configOf } from "../../support/configuration.ts";

describe("what is chosen", () => {
  const config = configOf({ local: { subnet: "192.168.7.0/24", portBase: 30_000 } });
  const addresses = labAddresses(config, "any");

  test("is where the hosts are", () => {
    expect(addresses).toMatchObject({
      network: "192.168.7.0/24",
      gateway: "192.168.7.1",
      services: "192.168.7.250",
    });
    expect(addresses.addressOf("database", 2)).toBe("192.168.7.13");
    expect(addresses.addressOf("operations", 0)).toBe("192.168.7.31");
  });

  test("publishes SSH of every host, and the endpoints of a proxy in a block of its own", () => {
    expect(addresses.publishedPorts("192.168.7.11")).toEqual([{ published: 30_011, port: 22 }]);
    expect(addresses.publishedPorts("192.168.7.31")).toEqual([
      { published: 30_031, port: 22 },
      { published: 30_090, port: 9090 },
    ]);
    expect(addresses.publishedPorts("192.168.7.22")).toEqual([
      { published: 30_022, port: 22 },
      { published: 30_050, port: 6432 },
      { published: 30_051, port: 6433 },
      { published: 30_052, port: 5000 },
      { published: 30_053, port: 5001 },
      { published: 30_054, port: 5002 },
    ]);
    expect(addresses.publishedPort("192.168.7.22", 6433)).toBe(30_051);
  });

  test("never publishes what clients have no business with", () => {
    expect(addresses.publishedPort("192.168.7.11", 5432)).toBeUndefined();
    expect(addresses.publishedPort("192.168.7.22", 8404)).toBeUndefined();
  });
});

describe("what is not chosen", () => {
  const config = configOf();

  test("follows from the stack's name, the same each time", () => {
    const twice = [labAddresses(config, "local"), labAddresses(config, "local")];
    expect(twice[0]?.network).toBe(twice[1]?.network);
    expect(labAddresses(config, "local").network).not.toBe(labAddresses(config, "local-dr").network);
    expect(labAddresses(config, "local").publishedPort("10.0.0.11", 22)).not.toBe(
      labAddresses(config, "local-dr").publishedPort("10.0.0.11", 22),
    );
  });

  test("is a private network, and ports below those that the system gives out itself", () => {
    fc.assert(
      fc.property(fc.string(), (stack) => {
        const addresses = labAddresses(config, stack);
        expect(addresses.network).toMatch(/^10\.1\d\d\.\d{1,3}\.0\/24$/);
        for (const address of [addresses.addressOf("database", 0), addresses.addressOf("proxy", 3)]) {
          for (const { published } of addresses.publishedPorts(address)) {
            expect(published).toBeGreaterThan(20_000);
            expect(published).toBeLessThan(32_768);
          }
        }
      }),
    );
  });
});

test("of any accepted configuration: ports are published once, in one block of 100, and can exist", () => {
  fc.assert(
    fc.property(stacks, ({ name, config }) => {
      const addresses = labAddresses(config, name);
      const { hosts } = planCluster(config, addresses).topology;
      const published = hosts.flatMap((host) =>
        addresses.publishedPorts(host.address).map((each) => each.published),
      );
      expect(new Set(published).size).toBe(published.length);
      expect(Math.max(...published) - Math.min(...published)).toBeLessThan(100);
      expect(Math.max(...published)).toBeLessThan(65_536);
    }),
  );
});

test("of any accepted configuration: hosts are in the network, and not where the gateway and the services are", () => {
  fc.assert(
    fc.property(stacks, ({ name, config }) => {
      const addresses = labAddresses(config, name);
      const prefix = addresses.network.replace(/0\/24$/, "");
      for (const { address } of planCluster(config, addresses).topology.hosts) {
        expect(address.startsWith(prefix)).toBe(true);
        expect([addresses.gateway, addresses.services]).not.toContain(address);
      }
    }),
  );
});
