import { describe, expect, test } from "vitest";
import type { Flow } from "../../../../components/model.ts";
import { applicationRoles } from "../../../../components/postgres/application-roles.ts";
import { type GroupRule, groupRules } from "../../../../infra/aws/security-groups.ts";
import { flowTable } from "../../../../infra/flows.ts";

const FLOWS = flowTable(["app"], applicationRoles([], []));
const OUTSIDE = { administrators: ["203.0.113.0/24"], clients: ["10.30.0.0/16", "10.40.0.0/16"] };
const RULES = groupRules(FLOWS, OUTSIDE);

const stands = (party: Flow["from"]) =>
  ({ administrators: "bastion", clients: "balancer" })[party as string] ?? party;
const between = (direction: GroupRule["direction"]) =>
  RULES.flatMap(({ group, peer, port, direction: each }) =>
    each === direction && "group" in peer
      ? [direction === "in" ? `${peer.group} → ${group}:${port}` : `${group} → ${peer.group}:${port}`]
      : [],
  );

describe("security groups", () => {
  test("are the flow table, both ways: what one group lets out the other lets in, and nothing else", () => {
    const table = [...new Set(FLOWS.map((flow) => `${stands(flow.from)} → ${flow.to}:${flow.port}`))].sort();
    expect([...new Set(between("in"))].sort()).toEqual(table);
    expect([...new Set(between("out"))].sort()).toEqual(table);
  });

  test("let in from outside only what the configuration names, at the bastion and the balancer", () => {
    const entries = RULES.filter(({ direction, peer }) => direction === "in" && "cidr" in peer);
    expect(new Set(entries.map(({ group }) => group))).toEqual(new Set(["bastion", "balancer"]));
    const cidrs = (group: string) =>
      new Set(entries.filter((rule) => rule.group === group).map(({ peer }) => "cidr" in peer && peer.cidr));
    expect(cidrs("bastion")).toEqual(new Set(OUTSIDE.administrators));
    expect(cidrs("balancer")).toEqual(new Set(OUTSIDE.clients));
    expect(entries.filter(({ group }) => group === "bastion").map(({ port }) => port)).toEqual([22]);
  });

  test("let hosts out to the world for packages and services alone, and the balancer not at all", () => {
    const out = RULES.filter(({ direction, peer }) => direction === "out" && "cidr" in peer);
    expect(new Set(out.map(({ port }) => port))).toEqual(new Set([80, 443]));
    expect(out.some(({ group }) => group === "balancer")).toBe(false);
  });

  test("have no two that EC2 would take for the same, nor words that it refuses", () => {
    const known = RULES.map(({ group, direction, port, peer }) =>
      JSON.stringify({ group, direction, port, peer }),
    );
    expect(new Set(known).size).toBe(known.length);
    const names = RULES.map(({ group, name }) => `${group} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { description } of RULES) expect(description).toMatch(/^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/);
  });

  test("stay as they are when a network before theirs goes", () => {
    const named = (administrators: readonly string[]) =>
      groupRules(FLOWS, { administrators, clients: [] })
        .filter(({ peer }) => "cidr" in peer && peer.cidr === "198.51.100.0/24")
        .map(({ name }) => name);
    expect(named(["203.0.113.0/24", "198.51.100.0/24"])).toEqual(named(["198.51.100.0/24"]));
  });
});
