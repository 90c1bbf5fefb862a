import { describe, expect, test } from "vitest";
import { type HostPlan, hostsOf } from "../../../../components/model.ts";
import { tlsFiles } from "../../../../components/tls/files.ts";
import { folderOf, type Identity, identitiesOf } from "../../../../components/tls/identities.ts";
import { type FixtureName, firstHost, fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

describe.each<FixtureName>(["local", "custom"])("identities of the fixture %s", (fixture) => {
  const { topology } = fixturePlan(fixture);
  const byHost = topology.hosts.map((host) => ({ host, identities: identitiesOf(host, topology) }));

  test("belong to one host and one service each", () => {
    for (const { identities } of byHost) {
      expect(new Set(identities.map((identity) => identity.path)).size).toBe(identities.length);
      // Whoever reads one service's folder reads no other's.
      const owners = new Map(identities.map((identity) => [folderOf(identity), identity.owner]));
      for (const identity of identities) {
        expect(owners.get(folderOf(identity))).toBe(identity.owner);
      }
      const services = identities.filter((identity) => identity.addresses.length > 0);
      expect(new Set(services.map((identity) => identity.owner)).size).toBe(services.length);
    }
    const serviceNames = byHost.flatMap(({ identities }) => [
      ...new Set(identities.filter((each) => each.addresses.length > 0).map((each) => each.commonName)),
    ]);
    expect(new Set(serviceNames).size).toBe(topology.hosts.length);
  });

  test("of services carry their host's names and addresses, and nobody else's", () => {
    for (const { host, identities } of byHost) {
      for (const identity of identities.filter((each) => each.addresses.length > 0)) {
        expect(identity.commonName).toBe(host.fqdn);
        expect(identity.dnsNames).toEqual(expect.arrayContaining([host.fqdn, host.name, "localhost"]));
        expect(identity.addresses).toEqual(expect.arrayContaining([host.address, "127.0.0.1"]));
        for (const other of topology.hosts.filter((each) => each !== host)) {
          expect(identity.dnsNames).not.toContain(other.fqdn);
          expect(identity.addresses).not.toContain(other.address);
        }
      }
    }
  });

  test("that clients reach carry the endpoints' names, the others do not", () => {
    const facing = byHost
      .flatMap(({ identities }) => identities)
      .filter((identity) => identity.dnsNames.includes(`writer.${topology.domain}`));
    expect(new Set(facing.map((identity) => identity.path))).toEqual(
      new Set(["/etc/postgresql/tls/server", "/etc/pgbouncer/tls/server"]),
    );
  });

  test("of roles name the role and no host, so that none can serve", () => {
    const logins = byHost.flatMap(({ host, identities }) =>
      identities
        .filter((identity) => identity.addresses.length === 0)
        .map((identity) => `${host.role} ${identity.commonName} ${identity.dnsNames.length}`),
    );
    expect([...new Set(logins)]).toEqual([
      "database replicator 0",
      "database rewind 0",
      "proxy pooler 0",
      "operations barman 0",
      "operations streaming_barman 0",
      "operations barman_manifest 0",
      "operations business_metrics 0",
    ]);
  });
});

/** A variable of the script on a host. */
const variable = (name: string, host: HostPlan): string | undefined => {
  const { hosts } = fixturePlan("local").topology;
  const script = tlsFiles({ host, hosts, identities: [], authorities: "", certificates: {} }).at(-1)?.content;
  return new RegExp(`^${name}=(.*)$`, "m").exec(script ?? "")?.[1]?.replace(/^'|'$/g, "");
};

describe("certificate files", () => {
  const { topology } = fixturePlan("local");
  const host = firstHost(fixturePlan("local"), "database");
  const identities = identitiesOf(host, topology);
  const certificates = Object.fromEntries(
    identities.map((each) => [each.path, `certificate of ${each.path}\n`]),
  );
  const { hosts } = topology;
  const files = tlsFiles({ host, hosts, identities, authorities: "authority\n", certificates });
  const contentOf = (path: string) => files.find((file) => file.path === path)?.content;

  test("are the certificate of each identity, and the authority's once a folder", () => {
    for (const { path } of identities) {
      expect(contentOf(`${path}.crt`)).toBe(`certificate of ${path}\n`);
    }
    expect(contentOf("/etc/etcd/tls/ca.crt")).toBe("authority\n");
    expect(contentOf("/etc/postgresql/tls/ca.crt")).toBe("authority\n");
    expect(contentOf("/etc/prometheus/tls/ca.crt")).toBe("authority\n");
    expect(files.filter((file) => file.path.endsWith("/ca.crt"))).toHaveLength(3);
  });

  test("hold no key", () => {
    expect(files.filter((file) => file.path.endsWith(".key"))).toEqual([]);
  });

  test("tell the daemons that read them only when told", () => {
    const reloads = (role: "database" | "proxy") => variable("reload", firstHost(fixturePlan("local"), role));
    expect(reloads("database")).toBe("patroni");
    expect(reloads("proxy")).toBe("haproxy pgbouncer@writer pgbouncer@reader");
  });

  test("are asked for behind every port where the flow table has TLS", () => {
    const flows = (role: "database" | "proxy") =>
      topology.flows.filter((flow) => flow.to === role && flow.authentication.startsWith("TLS"));
    for (const role of ["database", "proxy"] as const) {
      const served = variable("serves", firstHost(fixturePlan("local"), role));
      const ports = [...(served ?? "").matchAll(/:(\d+),/g)].map((match) => Number(match[1]));
      // etcd's peers show the same certificate as its clients' port; session ports lead through to the database.
      const through = [2380, 5000, 5001, 5002];
      const expected = new Set(flows(role).map((flow) => flow.port));
      expect([...expected].filter((port) => !through.includes(port)).sort()).toEqual(ports.sort());
    }
  });

  test("are tried on every other member first, by the identity that the host comes with", () => {
    expect(variable("peers", host)?.split(" ")).toEqual(
      hostsOf(hosts, "database")
        .slice(1)
        .flatMap(({ name, address }) => [
          `${name},${address}:2379,tls,/etc/etcd/tls/etcd`,
          `${name},${address}:8008,tls,/etc/postgresql/tls/server`,
          `${name},${address}:5432,postgres,/etc/postgresql/tls/replicator`,
        ]),
    );
  });
});

test("daemons and certificates agree on where they are", () => {
  const { topology } = fixturePlan("local");
  const paths = (owner: (identity: Identity) => boolean) =>
    topology.hosts.flatMap((host) =>
      identitiesOf(host, topology)
        .filter(owner)
        .map((each) => `${each.path}.crt`),
    );
  const named = (text: string) =>
    [...text.matchAll(/\/etc\/\w+\/tls\/(?!ca)\w+\.crt/g)].map((match) => match[0]);
  for (const [name, file] of [
    ["db-1", "/etc/patroni/config.yml"],
    ["db-1", "/etc/etcd/etcd.yml"],
    ["proxy-1", "/etc/haproxy/haproxy.cfg"],
    ["proxy-1", "/etc/pgbouncer/writer.ini"],
  ] as const) {
    const used = named(fixtureFile("local", name, file));
    expect(used.length, file).toBeGreaterThan(0);
    expect(paths(() => true)).toEqual(expect.arrayContaining(used));
  }
});
