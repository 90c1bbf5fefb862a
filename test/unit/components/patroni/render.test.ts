import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type HostPlan, hostsOf } from "../../../../components/model.ts";
import { renderPatroni, unitDropIn } from "../../../../components/patroni/render.ts";
import { renderHba } from "../../../../components/postgres/hba.ts";
import { type FixtureName, firstHost, fixtureFile, fixturePlan } from "../../../support/fixtures.ts";
import { unitSettings } from "../../../support/unit-file.ts";

const CONFIG = "/etc/patroni/config.yml";

describe.each<FixtureName>(["local", "custom"])("config.yml of the fixture %s", (fixture) => {
  const plan = fixturePlan(fixture);
  const members = hostsOf(plan.topology.hosts, "database");
  const configOf = (member: HostPlan) => parse(fixtureFile(fixture, member.name, CONFIG));

  test("holds no password anywhere", () => {
    for (const member of members) {
      expect(fixtureFile(fixture, member.name, CONFIG)).not.toMatch(/passw|secret/i);
      expect(configOf(member).postgresql.authentication.superuser).toEqual({ username: "postgres" });
    }
  });

  test("answers REST calls only by TLS and only to those with a certificate", () => {
    for (const member of members) {
      expect(configOf(member).restapi).toEqual({
        listen: `${member.address}:8008`,
        connect_address: `${member.address}:8008`,
        certfile: "/etc/postgresql/tls/server.crt",
        keyfile: "/etc/postgresql/tls/server.key",
        cafile: "/etc/postgresql/tls/ca.crt",
        verify_client: "required",
        allowlist: members.map((peer) => peer.address),
      });
    }
  });

  test("speaks to all of etcd, by TLS that verifies both sides", () => {
    for (const member of members) {
      expect(configOf(member).etcd3).toEqual({
        hosts: members.map((peer) => `${peer.address}:2379`),
        protocol: "https",
        cacert: "/etc/postgresql/tls/ca.crt",
        cert: "/etc/postgresql/tls/server.crt",
        key: "/etc/postgresql/tls/server.key",
      });
    }
  });

  test.each([
    ["replication", "replicator"],
    ["rewind", "rewind"],
  ])("logs in for %s with the certificate of %s, and verifies the server's name", (purpose, role) => {
    expect(configOf(firstHost(plan, "database")).postgresql.authentication[purpose]).toEqual({
      username: role,
      sslmode: "verify-full",
      sslrootcert: "/etc/postgresql/tls/ca.crt",
      sslcert: `/etc/postgresql/tls/${role}.crt`,
      sslkey: `/etc/postgresql/tls/${role}.key`,
    });
  });

  test("names each member once, all in one cluster", () => {
    const configs = members.map(configOf);
    expect(configs.map((config) => config.name)).toEqual(members.map((member) => member.name));
    expect(new Set(configs.map((config) => config.scope))).toEqual(new Set([plan.topology.cluster]));
  });

  test("has the access rules of the flow table", () => {
    expect(configOf(firstHost(plan, "database")).postgresql.pg_hba).toEqual(renderHba(plan.topology));
  });

  test("initialises with checksums and with one locale everywhere", () => {
    expect(configOf(firstHost(plan, "database")).bootstrap.initdb).toEqual([
      "data-checksums",
      { encoding: "UTF8" },
      { locale: "C.UTF-8" },
      { "wal-segsize": fixture === "custom" ? "64" : "16" },
    ]);
  });

  test("asks the machine's watchdog where there is one, and none in a container", () => {
    const mode = fixture === "custom" ? "automatic" : "off";
    expect(members.map((member) => configOf(member).watchdog)).toEqual(members.map(() => ({ mode })));
  });
});

test("Patroni starts after etcd and always again, and the memory killer spares it", () => {
  expect(unitSettings(unitDropIn("off"))).toEqual([
    "Unit After=etcd.service",
    "Unit StartLimitIntervalSec=0",
    "Service Restart=always",
    "Service RestartSec=1",
    "Service TimeoutSec=120",
    "Service OOMScoreAdjust=-900",
    "Service Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj PG_OOM_ADJUST_VALUE=0",
  ]);
});

test("a machine with a watchdog hands it to Patroni, and one without starts Patroni all the same", () => {
  const commands = unitSettings(unitDropIn("automatic")).filter((line) => line.includes("ExecStartPre"));
  expect(commands).toEqual([
    "Service ExecStartPre=-+/sbin/modprobe softdog",
    "Service ExecStartPre=-+/bin/chown postgres /dev/watchdog",
  ]);
});

test("any parameter and any line of pg_hba comes back from the file as it went in", () => {
  const plan = fixturePlan("local");
  const member = firstHost(plan, "database");
  // What a setting may be: text on one line, numbers, booleans.
  const line = fc.string({ unit: "binary" }).filter((text) => !/\p{Cc}|\p{Cs}|[\u2028\u2029]/u.test(text));
  const name = fc.stringMatching(/^[a-z][a-z_.]{0,20}$/).filter((text) => text !== "unix_socket_directories");
  const value = fc.oneof(
    line,
    fc.integer(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), fc.array(line), (parameters, hba) => {
      const text = renderPatroni({
        cluster: "local",
        member,
        members: [member],
        version: 17,
        hba,
        parameters,
        watchdog: "off",
      });
      const parsed = parse(text).postgresql;
      expect(parsed.pg_hba).toEqual(hba);
      // Text has no negative zero.
      const wanted = Object.entries(parameters).map(([key, each]) => [key, Object.is(each, -0) ? 0 : each]);
      const { unix_socket_directories: sockets, ...rest } = parsed.parameters;
      const got = Object.entries(rest).map(([key, each]) => [key, Object.is(each, -0) ? 0 : each]);
      expect(Object.fromEntries(got)).toEqual(Object.fromEntries(wanted));
      expect(sockets).toBe("/var/run/postgresql");
    }),
  );
});

test.each(["on", "no", "null", "y"])(
  "a cluster called %s keeps its name where YAML is read as of old",
  (cluster) => {
    const members = hostsOf(fixturePlan("local").topology.hosts, "database");
    const [member] = members;
    if (member === undefined) throw new Error("there are no members");
    const text = renderPatroni({
      ...{ cluster, member, members, version: 17, hba: [], watchdog: "off" },
      parameters: { huge_pages: "off" },
    });
    const read = parse(text, { version: "1.1" });
    expect(read.scope).toBe(cluster);
    expect(read.watchdog.mode).toBe("off");
    expect(read.postgresql.parameters.huge_pages).toBe("off");
  },
);
