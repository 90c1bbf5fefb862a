import { describe, expect, test } from "vitest";
import {
  type HostDrift,
  hasDrift,
  parseDrift,
  renderDrift,
  repairs,
} from "../../../../scripts/stack/drift.ts";

/** As the agent prints it; that it does so is in agent-drift.test.ts. */
const ANSWER = `/etc/patroni/config.yml patroni files changed differs root:postgres:0640 root:postgres:0640
  --- as configured
  +++ on the host
  @@ -1,2 +1,2 @@
   scope: blue
  -ttl: 20
  +ttl: 30
/etc/hosts os files changed same root:root:0644 root:root:0666
/etc/nftables.conf os files changed differs root:root:0755 eve:eve:0755
  --- as configured
  +++ on the host
  @@ -1 +0,0 @@
  -table
/etc/holdfast/secrets/passwords.psql roles secrets changed differs root:root:0600 root:root:0600
/etc/etcd/etcd.yml etcd files missing differs root:etcd:0640 -
/etc/new.conf etcd files waiting differs root:root:0644 -
etcd:/holdfast/blue/config patroni-dynamic files changed differs - -
  --- as configured
  +++ on the host
  @@ -1 +1 @@
  -{}
  +{"ttl":30}
`;

const DRIFT: readonly HostDrift[] = [
  { host: "db-1", differences: parseDrift(ANSWER) },
  { host: "db-2", differences: [] },
  { host: "db-3", differences: [], problem: "db-3 (127.0.0.1:1) does not answer: nothing for 90 s" },
];

describe("drift for people", () => {
  test("says of each thing what happened to it, with its lines, and of a secret no more than that", async () => {
    await expect(renderDrift(DRIFT)).toMatchFileSnapshot("../../../golden/drift.txt");
  });

  test("is nothing where nothing differs", () => {
    expect(renderDrift([{ host: "db-1", differences: [] }])).toBe("");
  });
});

test("there is drift when anything differs, and not when a host is silent", () => {
  expect(hasDrift(DRIFT)).toBe(true);
  expect(hasDrift(DRIFT.slice(1))).toBe(false);
});

test("an answer of another form is not taken for an answer", () => {
  expect(parseDrift("")).toEqual([]);
  expect(() => parseDrift("sudo: a password is required\n")).toThrow(
    "the agent's answer has a line of another form: sudo: a password is required",
  );
});

describe("a repair", () => {
  const differing = (host: string, ...components: string[]): HostDrift => ({
    host,
    differences: components.map((component) => ({
      component,
      subject: "/etc/x",
      state: "changed",
      contentDiffers: true,
      secret: false,
      diff: "",
    })),
  });

  test("activates each drifted component once, host by host, in the order of an update", () => {
    const drift = [
      differing("db-1", "roles", "patroni", "etcd", "etcd", "os"),
      differing("db-2", "patroni-dynamic", "etcd", "monitoring"),
      differing("proxy-1", "pgbouncer", "tls"),
    ];
    expect(repairs(drift).map(({ host, component }) => `${component} on ${host}`)).toEqual([
      "os on db-1",
      "tls on proxy-1",
      "etcd on db-1",
      "etcd on db-2",
      "patroni-dynamic on db-2",
      "patroni on db-1",
      "roles on db-1",
      "monitoring on db-2",
      "pgbouncer on proxy-1",
    ]);
  });

  test("does nothing where nothing differs", () => {
    expect(repairs(DRIFT.slice(1))).toEqual([]);
  });
});
