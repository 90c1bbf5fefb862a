import { describe, expect, test } from "vitest";
import { haproxyFiles } from "../../../../components/haproxy/files.ts";
import { hostsOf } from "../../../../components/model.ts";
import { timingsOf } from "../../../../components/patroni/timings.ts";
import { type FixtureName, fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

/** The lines of each section, by its first line. */
function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split("\n").filter((each) => each !== "" && !each.trim().startsWith("#"))) {
    if (line.startsWith(" ")) {
      current.push(line.trim());
    } else {
      current = [];
      sections.set(line, current);
    }
  }
  return sections;
}

describe.each<FixtureName>(["local", "custom"])("haproxy.cfg of the fixture %s", (fixture) => {
  const plan = fixturePlan(fixture);
  const members = hostsOf(plan.topology.hosts, "database");
  const text = fixtureFile(fixture, "proxy-1", "/etc/haproxy/haproxy.cfg");
  const sections = sectionsOf(text);
  const section = (name: string) => sections.get(name) ?? [];
  const backends = ["backend primary", "backend standbys", "backend synchronous_standbys"];
  const defaultServer = (name: string) =>
    section(name).find((line) => line.startsWith("default-server ")) ?? "";

  test("has these sections and no other", () => {
    expect([...sections.keys()]).toEqual([
      "global",
      "defaults",
      "frontend writer",
      "frontend reader",
      "frontend sync_reader",
      ...backends,
      "frontend metrics",
    ]);
  });

  test.each(backends)("%s has every member and verifies each one's own name", (name) => {
    expect(section(name).filter((line) => line.startsWith("server "))).toEqual(
      members.map((member) => `server ${member.name} ${member.address}:5432 verifyhost ${member.fqdn}`),
    );
  });

  test.each(backends)("%s asks Patroni by TLS, verifies it and shows a certificate", (name) => {
    expect(defaultServer(name)).toContain(
      " check port 8008 check-ssl verify required ca-file /etc/haproxy/tls/ca.crt crt /etc/haproxy/tls/haproxy.crt ",
    );
    expect(section(name)).toContain("http-check expect status 200");
  });

  test.each([
    ["backend primary", "/primary"],
    ["backend standbys", "/replica?lag=16MB"],
    ["backend synchronous_standbys", "/quorum"],
  ])("%s follows Patroni's answer about %s", (name, path) => {
    expect(section(name)).toContain(`option httpchk OPTIONS ${path}`);
  });

  test("only writers lose their sessions when a check fails", () => {
    const dropping = backends.filter((name) =>
      defaultServer(name).includes("on-marked-down shutdown-sessions"),
    );
    expect(dropping).toEqual(["backend primary"]);
  });

  test("checks at the pace of the chosen recovery time", () => {
    const { check, rise, fall } = timingsOf(plan.availability);
    const pace = `inter ${check.inter}ms fastinter ${check.fastinter}ms downinter ${check.downinter}ms rise ${rise} fall ${fall}`;
    for (const name of backends) {
      expect(defaultServer(name)).toContain(pace);
    }
  });

  test("is administered only by its socket", () => {
    expect(text.split("\n").filter((line) => /stats (socket|enable|uri)|level admin/.test(line))).toEqual([
      "  stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners",
    ]);
  });

  test("gives metrics by TLS to those with a certificate, and nothing else", () => {
    const proxy = hostsOf(plan.topology.hosts, "proxy")[0];
    expect(section("frontend metrics")).toEqual([
      "mode http",
      "timeout client 10s",
      `bind ${proxy?.address}:8404 ssl crt /etc/haproxy/tls/haproxy.crt ca-file /etc/haproxy/tls/ca.crt verify required`,
      "http-request use-service prometheus-exporter if { path /metrics }",
      "http-request deny",
    ]);
  });

  test("lets readers go to the primary only when no standby is left", () => {
    expect(section("frontend reader")).toEqual([
      "bind *:5001",
      "use_backend primary if { nbsrv(standbys) eq 0 }",
      "default_backend standbys",
    ]);
    expect(section("frontend writer")).toEqual(["bind *:5000", "default_backend primary"]);
    expect(section("frontend sync_reader")).toEqual(["bind *:5002", "default_backend synchronous_standbys"]);
  });

  test("has room for the pools' clients and as many whole sessions", () => {
    expect(section("global")).toContain(`maxconn ${plan.pools.maxClients * 2}`);
  });

  test("starts with every server down, in each backend, and reloads with what was known", () => {
    const [version, , ...servers] = fixtureFile(fixture, "proxy-1", "/etc/haproxy/servers.state")
      .trimEnd()
      .split("\n");
    expect(version).toBe("1");
    const state = servers.map((line) => line.split(" "));
    expect(state.map(([, backend, , server, address]) => `backend ${backend} ${server} ${address}`)).toEqual(
      backends.flatMap((backend) => members.map(({ name, address }) => `${backend} ${name} ${address}`)),
    );
    for (const [, , , , , operational, administrative] of state) {
      expect([operational, administrative]).toEqual(["0", "0"]);
    }
    expect(section("defaults")).toContain("load-server-state-from-file global");
    expect(section("global")).toContain("server-state-file /run/haproxy-servers.state");
  });
});

test("behind a balancer a proxy says whether it leads to a primary, and nothing else", () => {
  const plan = fixturePlan("local");
  const [proxy] = hostsOf(plan.topology.hosts, "proxy");
  if (proxy === undefined) throw new Error("the fixture has a proxy");
  const parties = { ...plan.topology.parties, balancer: ["10.20.0.14/32"] };
  const file = haproxyFiles(
    { ...plan, topology: { ...plan.topology, parties } },
    proxy,
    hostsOf(plan.topology.hosts, "database"),
  ).find(({ path }) => path === "/etc/haproxy/haproxy.cfg");
  expect(sectionsOf(file?.content ?? "").get("frontend health")).toEqual([
    "mode http",
    "timeout client 5s",
    `bind ${proxy.address}:8405`,
    "monitor-uri /",
    "monitor fail if { nbsrv(primary) eq 0 } { nbsrv(standbys) eq 0 }",
    "http-request deny",
  ]);
});
