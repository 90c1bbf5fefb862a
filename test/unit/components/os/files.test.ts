import { describe, expect, test } from "vitest";
import { osFiles } from "../../../../components/os/files.ts";
import { packagesFor } from "../../../../components/os/packages.ts";
import { kernelSettings, renderHosts } from "../../../../components/os/render.ts";
import { firstHost, fixtureFile, fixturePlan, planOf } from "../../../support/fixtures.ts";

/** The variables at the head of a component's script. */
const variable = (script: string, name: string): string | undefined =>
  new RegExp(`^${name}=(.*)$`, "m").exec(script)?.[1];

const osScript = (config: Readonly<Record<string, unknown>>, role: "database" | "proxy" | "operations") => {
  const plan = planOf(config);
  const files = osFiles(plan, firstHost(plan, role), false);
  return files.find((file) => file.path.endsWith("/os.sh"))?.content ?? "";
};

describe("where packages come from", () => {
  const version15 = { platform: "local", postgres: { version: 15 } };

  test.each(["database", "proxy", "operations"] as const)("15 is Debian 12's on %s hosts", (role) => {
    expect(variable(osScript(version15, role), "suite")).toBe("bookworm");
    expect(osScript(version15, role)).toMatch(/postgresql-(client-)?15/);
  });

  test("17 is in the release of the hosts", () => {
    expect(variable(osScript({ platform: "local" }, "database"), "suite")).toBe("''");
    expect(variable(osScript({ platform: "local" }, "database"), "pgdg")).toBe("no");
  });

  test("PostgreSQL's own archive is added only when it is chosen", () => {
    const script = osScript(
      { platform: "local", postgres: { version: 18, source: "pgdg" }, local: { image: "plain" } },
      "database",
    );
    expect(variable(script, "pgdg")).toBe("yes");
    expect(variable(script, "suite")).toBe("''");
  });
});

test("a database host gets what Patroni's etcd client silently needs", () => {
  expect(packagesFor("database", { version: 17 }, true)).toEqual(
    expect.arrayContaining(["patroni", "postgresql-17", "python3-dnspython", "python3-etcd"]),
  );
});

test.each(["database", "proxy", "operations"] as const)(
  "the clock of a %s host is kept where it has one",
  (role) => {
    expect(packagesFor(role, { version: 17 }, false)).toContain("chrony");
    expect(packagesFor(role, { version: 17 }, true)).not.toContain("chrony");
  },
);

describe("names", () => {
  const plan = fixturePlan("local");
  const proxy = firstHost(plan, "proxy");
  const lines = (role: "database" | "proxy") => renderHosts(plan.topology, firstHost(plan, role)).split("\n");

  test("every host knows every host by its full and its short name", () => {
    for (const peer of plan.topology.hosts) {
      expect(lines("database")).toContain(`${peer.address} ${peer.fqdn} ${peer.name}`);
    }
  });

  test("only on a proxy the endpoints are the proxy itself", () => {
    const own = `${proxy.address} writer.local.holdfast.internal reader.local.holdfast.internal`;
    expect(lines("proxy")).toContain(own);
    expect(lines("database").filter((line) => line.includes("writer."))).toEqual([]);
  });
});

test("memory is not overcommitted where PostgreSQL runs, and only there", () => {
  expect(kernelSettings("database")["vm.overcommit_memory"]).toBe("2");
  expect(kernelSettings("proxy")["vm.overcommit_memory"]).toBeUndefined();
});

test("sshd takes neither passwords nor root", () => {
  const lines = fixtureFile("local", "db-1", "/etc/ssh/sshd_config.d/60-holdfast.conf").split("\n");
  expect(lines).toContain("PasswordAuthentication no");
  expect(lines).toContain("PermitRootLogin no");
});

test("automatic upgrades leave the cluster's daemons alone", () => {
  const text = fixtureFile("local", "db-1", "/etc/apt/apt.conf.d/60-holdfast");
  for (const daemon of ["postgresql", "patroni", "etcd", "haproxy", "pgbouncer"]) {
    expect(text).toContain(`"^${daemon}"`);
  }
});

test("the time zone and whether this is a container reach the host", () => {
  const script = fixtureFile("custom", "ops-1", "/usr/local/lib/holdfast/os.sh");
  expect(variable(script, "time_zone")).toBe("Europe/Berlin");
  expect(variable(script, "container")).toBe("no");
  expect(variable(fixtureFile("local", "ops-1", "/usr/local/lib/holdfast/os.sh"), "container")).toBe("yes");
});
