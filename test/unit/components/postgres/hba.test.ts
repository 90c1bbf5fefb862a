import { describe, expect, test } from "vitest";
import { hostsOf } from "../../../../components/model.ts";
import { renderHba } from "../../../../components/postgres/hba.ts";
import { type FixtureName, fixturePlan } from "../../../support/fixtures.ts";

interface Rule {
  readonly type: string;
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly address: string;
  readonly method: string;
}

function rulesOf(lines: readonly string[]): readonly Rule[] {
  return lines
    .filter((line) => !line.startsWith("local "))
    .map((line) => {
      const [type = "", databases = "", users = "", address = "", method = ""] = line.split(" ");
      return { type, databases: databases.split(","), users: users.split(","), address, method };
    });
}

describe.each<FixtureName>(["local", "custom"])("pg_hba of the fixture %s", (fixture) => {
  const { topology, roles, databases } = fixturePlan(fixture);
  const lines = renderHba(topology);
  const rules = rulesOf(lines);
  const admitting = rules.filter((rule) => rule.method !== "reject");
  const addressesOf = (role: "database" | "proxy" | "operations") =>
    hostsOf(topology.hosts, role).map((host) => `${host.address}/32`);

  test("takes every connection over the network only with TLS", () => {
    expect(admitting.length).toBeGreaterThan(0);
    expect(admitting.map((rule) => rule.type)).toEqual(admitting.map(() => "hostssl"));
  });

  test("asks every login for a certificate or a SCRAM password", () => {
    expect([...new Set(admitting.map((rule) => rule.method))].sort()).toEqual(["cert", "scram-sha-256"]);
  });

  test("ends by refusing whatever no line names", () => {
    expect(lines.at(-1)).toBe("host all all all reject");
    expect(rules.filter((rule) => rule.method === "reject")).toHaveLength(1);
  });

  test("lets the superuser in by the socket alone, and so the exporters' role, which is theirs by a map", () => {
    expect(lines.filter((line) => line.startsWith("local "))).toEqual([
      "local all postgres peer",
      "local all monitoring peer map=exporters",
    ]);
    for (const rule of admitting) {
      expect(rule.users).not.toContain("postgres");
      expect(rule.users).not.toContain("all");
      expect(rule.users).not.toContain("monitoring");
    }
  });

  test("admits replication only with a certificate: members, and Barman through the proxies", () => {
    const replication = admitting.filter((rule) => rule.databases.includes("replication"));
    const from = (user: string) =>
      replication.filter((rule) => rule.users.join() === user).map((rule) => rule.address);
    expect(from("replicator").sort()).toEqual(["127.0.0.1/32", ...addressesOf("database")].sort());
    expect(from("streaming_barman").sort()).toEqual([...addressesOf("proxy")].sort());
    expect(replication.length).toBe(from("replicator").length + from("streaming_barman").length);
    expect(replication.every((rule) => rule.method === "cert")).toBe(true);
  });

  test("keeps replication apart from every other database, and those who replicate away from application data", () => {
    for (const rule of admitting.filter((each) => each.databases.includes("replication"))) {
      expect(rule.databases).toEqual(["replication"]);
    }
    const names: readonly string[] = databases.map((database) => database.name);
    for (const rule of admitting.filter((each) =>
      each.users.some((user) => /^(replicator|rewind)$/.test(user)),
    )) {
      expect(rule.databases.some((database) => names.includes(database))).toBe(false);
    }
  });

  test("admits applications only by way of the proxies", () => {
    const names = roles.map((role) => role.name);
    const application = admitting.filter((rule) => rule.users.some((user) => names.includes(user)));
    expect(application.map((rule) => rule.address)).toEqual(addressesOf("proxy"));
    expect(application.every((rule) => rule.method === "scram-sha-256")).toBe(true);
  });
});

test("a flow to PostgreSQL that does not say who may log in is refused", () => {
  const { topology } = fixturePlan("local");
  const flows = topology.flows.map(({ hba: _, ...flow }) => flow);
  expect(() => renderHba({ ...topology, flows })).toThrow(
    'the flow "replication" leads to PostgreSQL but does not say who may log in',
  );
});
