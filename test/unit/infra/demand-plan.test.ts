import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { demandOf, hostSize } from "../../../infra/demand.ts";
import { labAddresses } from "../../../infra/local/addresses.ts";
import { planCluster } from "../../../infra/plan.ts";
import { stacks } from "../../support/arbitrary-config.ts";
import { configOf } from "../../support/configuration.ts";

const planOf = (sections: Record<string, unknown>) => {
  const config = configOf(sections);
  return planCluster(config, labAddresses(config, "test"));
};

describe("demand", () => {
  test("of the default: two proxies, one pool without a size", () => {
    expect(demandOf(configOf(), {})).toEqual({
      proxies: 2,
      sessions: 10,
      reserved: 3,
      poolSizes: [undefined],
    });
  });

  test("a database's own size is before the common one", () => {
    const config = configOf({ databases: [{ name: "a", poolSize: 3 }, { name: "b" }], pools: { size: 5 } });
    expect(demandOf(config, {}).poolSizes).toEqual([3, 5]);
  });

  test("both kinds of connections that the server reserves count", () => {
    expect(
      demandOf(configOf(), { superuser_reserved_connections: "7", reserved_connections: 4 }).reserved,
    ).toBe(11);
  });

  test("sizing goes by the configured budget", () => {
    expect(hostSize(configOf({ hosts: { database: { cpu: 2, memory: "4GiB", disk: "1TiB" } } }))).toEqual({
      cpu: 2,
      memoryMiB: 4096,
      diskGiB: 1024,
    });
  });
});

describe("who may come in", () => {
  test("without rules: those whom the platform knows", () => {
    const plan = planOf({ local: { subnet: "10.77.1.0/24" } });
    expect(plan.access).toEqual([{ from: ["10.77.1.1/32", "10.77.1.0/24"], auth: "scram-sha-256" }]);
    expect(plan.topology.parties.clients).toEqual(["10.77.1.1/32", "10.77.1.0/24"]);
  });

  test("with rules: just the networks that they name", () => {
    const plan = planOf({
      local: { subnet: "10.2.1.0/24" },
      access: [{ from: ["10.1.0.0/16", "10.2.0.0/16"] }, { from: ["10.1.0.0/16"], roles: ["app_reader"] }],
    });
    expect(plan.topology.parties.clients).toEqual(["10.1.0.0/16", "10.2.0.0/16"]);
    expect(plan.access).toHaveLength(2);
  });
});

describe("pools", () => {
  test("without a size share what is left", () => {
    expect(planOf({}).pools.size).toBe(16);
    expect(planOf({ databases: [{ name: "a" }, { name: "b" }] }).pools.size).toBe(8);
    expect(planOf({ pools: { size: 7 } }).pools.size).toBe(7);
  });

  test("of any accepted configuration fit into max_connections, with all that is reserved", () => {
    fc.assert(
      fc.property(stacks, ({ name, config }) => {
        const { pools, databases, clusterParameters } = planCluster(config, labAddresses(config, name));
        const sizes = databases.map((database) => database.poolSize ?? pools.size);
        // Two poolers a proxy; beside the pools each keeps 2 connections for look-ups.
        const poolers = config.hosts.proxy.count * 2;
        const pooled = poolers * (sizes.reduce((sum, size) => sum + size, 0) + 2);
        const reserved =
          Number(clusterParameters["superuser_reserved_connections"] ?? 3) +
          Number(clusterParameters["reserved_connections"] ?? 0);
        // monitoring and backup may open 5 each, Patroni 3.
        expect(pooled + config.pools.sessions + reserved + 5 + 5 + 3).toBeLessThanOrEqual(
          Number(clusterParameters["max_connections"]),
        );
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
