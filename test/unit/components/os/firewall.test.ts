import { describe, expect, test } from "vitest";
import type { HostRole } from "../../../../components/model.ts";
import { renderFirewall } from "../../../../components/os/firewall.ts";
import { type FixtureName, fixturePlan } from "../../../support/fixtures.ts";

/** What the rules admit by address and port: "SOURCE PORT", one for each address. */
function admitted(text: string): string[] {
  return [...text.matchAll(/^ *ip saddr \{ (.*) \} tcp dport (\d+) accept/gm)].flatMap((match) =>
    (match[1] ?? "").split(", ").map((source) => `${source} ${match[2]}`),
  );
}

const unique = (list: readonly string[]) => [...new Set(list)].sort();

describe.each<[FixtureName, HostRole]>([
  ["local", "database"],
  ["local", "proxy"],
  ["local", "operations"],
  ["custom", "database"],
  ["custom", "proxy"],
  ["custom", "operations"],
])("the firewall of the fixture %s, role %s", (fixture, role) => {
  const { topology } = fixturePlan(fixture);
  const text = renderFirewall(topology, role);

  test("opens exactly the flow table's ports to exactly its parties", () => {
    const wanted = topology.flows
      .filter((flow) => flow.to === role)
      .flatMap((flow) => topology.parties[flow.from].map((source) => `${source} ${flow.port}`));
    expect(wanted.length).toBeGreaterThan(0);
    expect(unique(admitted(text))).toEqual(unique(wanted));
  });

  test("drops by default, and admits besides flows only loopback, answers and ICMP", () => {
    expect(text).toContain("type filter hook input priority filter; policy drop;");
    const others = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => / accept\b/.test(line) && !line.startsWith("ip saddr "));
    expect(others).toEqual([
      'iif "lo" accept',
      "ct state established,related accept",
      "meta l4proto { 1, 58 } accept",
    ]);
  });

  test("names a source in every rule that opens a port", () => {
    for (const line of text.split("\n").filter((each) => each.includes("dport"))) {
      expect(line).toMatch(/^ {4}ip saddr \{ \d/);
      expect(line).not.toContain("0.0.0.0/0");
    }
  });

  test("replaces its whole table at once", () => {
    const statements = text.split("\n").filter((line) => /^(table|delete table)/.test(line));
    expect(statements).toEqual([
      "table inet holdfast",
      "delete table inet holdfast",
      "table inet holdfast {",
    ]);
  });
});

test("a flow from a party without addresses opens nothing", () => {
  const { topology } = fixturePlan("local");
  const parties = { ...topology.parties, clients: [] };
  expect(renderFirewall({ ...topology, parties }, "proxy")).not.toContain("dport 6432");
});

test("the database port is closed to clients and administrators", () => {
  const { topology } = fixturePlan("custom");
  const open = admitted(renderFirewall(topology, "database"));
  for (const party of ["clients", "administrators"] as const) {
    for (const source of topology.parties[party]) {
      expect(open).not.toContain(`${source} 5432`);
    }
  }
});
