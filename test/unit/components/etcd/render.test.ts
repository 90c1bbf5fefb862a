import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { etcdctlOptions, renderEtcd, UNIT_DROP_IN } from "../../../../components/etcd/render.ts";
import { hostsOf } from "../../../../components/model.ts";
import { type FixtureName, firstHost, fixtureFile, fixturePlan } from "../../../support/fixtures.ts";
import { unitSettings } from "../../../support/unit-file.ts";

describe.each<FixtureName>(["local", "custom"])("etcd.yml of the fixture %s", (fixture) => {
  const { topology } = fixturePlan(fixture);
  const members = hostsOf(topology.hosts, "database");
  const configs = members.map((member) => parse(fixtureFile(fixture, member.name, "/etc/etcd/etcd.yml")));

  test.each(["client-transport-security", "peer-transport-security"])(
    "%s demands certificates",
    (section) => {
      for (const config of configs) {
        expect(config[section]).toEqual({
          "cert-file": "/etc/etcd/tls/etcd.crt",
          "key-file": "/etc/etcd/tls/etcd.key",
          "trusted-ca-file": "/etc/etcd/tls/ca.crt",
          "client-cert-auth": true,
        });
      }
    },
  );

  test("gives each member a name of its own, which all of them know", () => {
    expect(configs.map((config) => config.name)).toEqual(members.map((member) => member.name));
    expect(new Set(configs.map((config) => config.name)).size).toBe(members.length);
    const everybody = members.map((member) => `${member.name}=https://${member.name}:2380`).join(",");
    expect(configs.map((config) => config["initial-cluster"])).toEqual(members.map(() => everybody));
  });

  test("never speaks without TLS", () => {
    for (const config of configs) {
      for (const [key, value] of Object.entries(config).filter(([name]) => name.endsWith("-urls"))) {
        for (const url of String(value).split(",")) {
          expect(url, key).toMatch(/^https:/);
        }
      }
    }
  });

  test("listens at the member's address, not at every one", () => {
    members.forEach((member, index) => {
      expect(configs[index]["listen-client-urls"]).toBe(
        `https://${member.address}:2379,https://127.0.0.1:2379`,
      );
      expect(configs[index]["listen-peer-urls"]).toBe(`https://${member.address}:2380`);
    });
  });

  test("bounds its history, keeps its data on the volume, and refuses damaged data", () => {
    for (const config of configs) {
      expect(config).toMatchObject({
        "data-dir": "/srv/data/etcd",
        "auto-compaction-retention": "1h",
        "quota-backend-bytes": 2147483648,
        "experimental-initial-corrupt-check": true,
        "initial-cluster-token": topology.cluster,
        "strict-reconfig-check": false,
      });
      expect(config["election-timeout"]).toBeGreaterThanOrEqual(5 * config["heartbeat-interval"]);
    }
  });
});

test("etcdctl verifies the server and shows the member's certificate", () => {
  expect(etcdctlOptions(["10.0.0.1", "10.0.0.2"]).split(" ")).toEqual([
    "--endpoints=https://10.0.0.1:2379,https://10.0.0.2:2379",
    "--cacert=/etc/etcd/tls/ca.crt",
    "--cert=/etc/etcd/tls/etcd.crt",
    "--key=/etc/etcd/tls/etcd.key",
  ]);
});

test("the unit reads our file, and a member never stays down", () => {
  expect(unitSettings(UNIT_DROP_IN)).toEqual([
    "Unit StartLimitIntervalSec=0",
    "Service Environment=CONFIG=/etc/etcd/etcd.yml",
    "Service EnvironmentFile=-/etc/etcd/join.env",
    // The empty one takes the package's own command away.
    "Service ExecStart=",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: systemd's own variable
    "Service ExecStart=/usr/bin/etcd --config-file ${CONFIG}",
    'Service ExecStop=-+/usr/sbin/nft "table inet etcd_stops { chain input { type filter hook input priority -10; iifname != lo tcp dport 2379 reject with tcp reset; }; chain output { type filter hook output priority -10; oifname lo tcp dport 2379 meta skuid != etcd reject with tcp reset; }; }"',
    "Service ExecStop=/usr/bin/sleep 0.3",
    "Service ExecStopPost=-+/usr/sbin/nft delete table inet etcd_stops",
    "Service Restart=always",
    "Service RestartSec=1",
  ]);
});

test("any name of a cluster stays text in the file, however much it looks like something else", () => {
  const member = firstHost(fixturePlan("local"), "database");
  const cluster = fc.oneof(
    fc.constantFrom("no", "y", "null", "1e5", "0x1f", "~"),
    fc.string({ minLength: 1 }),
  );
  fc.assert(
    fc.property(cluster, (name) => {
      expect(
        parse(renderEtcd({ cluster: name, member, members: [member], authorities: [1] }))[
          "initial-cluster-token"
        ],
      ).toBe(name);
    }),
  );
});

test.each(["on", "no", "null", "y"])(
  "a cluster called %s keeps its name where YAML is read as of old",
  (cluster) => {
    const member = firstHost(fixturePlan("local"), "database");
    const text = renderEtcd({ cluster, member, members: [member], authorities: [1] });
    expect(parse(text, { version: "1.1" })["initial-cluster-token"]).toBe(cluster);
  },
);

test("the file changes with the set of trusted authorities, not with the one of them that signs", () => {
  const member = firstHost(fixturePlan("local"), "database");
  const file = (...authorities: number[]) =>
    renderEtcd({ cluster: "c", member, members: [member], authorities });
  expect(file(1, 2)).not.toBe(file(1));
  expect(file(2, 1)).toBe(file(1, 2));
  expect(file(2)).not.toBe(file(1));
});
