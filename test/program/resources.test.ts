import { describe, expect, test } from "vitest";
import {
  allRuns,
  hostNames,
  localCommands,
  named,
  precursors,
  type Run,
  remoteCommands,
} from "./support/program.ts";

const RUNS = await allRuns();
const run = (title: string): Run => {
  const found = RUNS.find(([each]) => each === title);
  if (found === undefined) throw new Error(`no run is called "${title}"`);
  return found[1];
};

/** A name is part of a resource's identity: with another name it is another resource, and the old one goes. */
const listOf = ({ resources }: Run): string =>
  `${resources
    .map((resource) => `${resource.type} ${resource.name} < ${resource.parent || "the stack"}`)
    .sort()
    .join("\n")}\n`;

describe("the list of resources", () => {
  test("of the smallest cluster is exactly this one", async () => {
    await expect(listOf(run("minimal update"))).toMatchFileSnapshot("./resources.txt");
  });

  test.each(["minimal", "large"])("of the %s cluster is the same in a preview", (name) => {
    expect(listOf(run(`${name} preview`))).toBe(listOf(run(`${name} update`)));
  });

  test("grows with the configuration", () => {
    expect(hostNames(run("large update"))).toEqual([
      ...["db-1", "db-2", "db-3", "db-4", "db-5", "ops-1", "proxy-1", "proxy-2", "proxy-3"],
    ]);
    const names = run("large update").resources.map((resource) => resource.name);
    expect(names.filter((name) => name.endsWith("-password")).sort()).toEqual([
      "auditor-password",
      "billing_owner-password",
      "billing_reader-password",
      "billing_writer-password",
      "grafana-admin-password",
      "monitoring-web-password",
      "shop_owner-password",
      "shop_reader-password",
      "shop_writer-password",
    ]);
  });
});

describe.each(RUNS)("the order, %s", (_, cluster) => {
  const members = hostNames(cluster, "db-");
  const proxies = hostNames(cluster, "proxy-");

  test("puts each host's container before everything on it", () => {
    for (const command of remoteCommands(cluster)) {
      const host = hostNames(cluster).find((name) => command.name.startsWith(`${name}-`));
      expect(host, command.name).toBeDefined();
      expect(command.dependencies, command.name).toContain(`command:local:Command ${host}-host`);
    }
  });

  test("is agent, operating system, keys, certificates on every host", () => {
    for (const host of hostNames(cluster)) {
      const chain = [`${host}-agent`, `${host}-os`, `${host}-tls-keys`, `${host}-tls`];
      for (const [index, step] of chain.slice(1).entries()) {
        expect(precursors(cluster, step), step).toContain(chain[index]);
      }
    }
  });

  test("stages all of a component's files before their activation", () => {
    for (const { name } of remoteCommands(cluster).filter((each) => /-(files|secrets)$/.test(each.name))) {
      expect(precursors(cluster, name.replace(/-(files|secrets)$/, "")), name).toContain(name);
    }
  });

  test("changes one member of etcd after another", () => {
    for (const [index, member] of members.slice(1).entries()) {
      expect(precursors(cluster, `${member}-etcd`)).toContain(`${members[index]}-etcd`);
      expect(precursors(cluster, `${member}-etcd-files`)).toContain(`${members[index]}-etcd`);
    }
  });

  test("starts Patroni when all of etcd is there, and its shared configuration is", () => {
    const etcd = members.map((member) => `${member}-etcd`);
    expect([...precursors(cluster, "db-1-patroni-dynamic")]).toEqual(expect.arrayContaining(etcd));
    for (const member of members) {
      const before = [...precursors(cluster, `${member}-patroni`)];
      expect(before, member).toEqual(expect.arrayContaining([...etcd, "db-1-patroni-dynamic"]));
    }
  });

  test("makes databases and roles when all of Patroni is there", () => {
    const patroni = members.map((member) => `${member}-patroni`);
    for (const member of members) {
      const before = [...precursors(cluster, `${member}-roles`)];
      expect(before, member).toEqual(expect.arrayContaining(patroni));
    }
  });

  test("changes one proxy after another, and lets them wait for no other host's steps", () => {
    for (const [index, proxy] of proxies.entries()) {
      for (const component of ["haproxy", "pgbouncer"]) {
        const before = precursors(cluster, `${proxy}-${component}`);
        const others = [...before].filter((name) =>
          remoteCommands(cluster).some((each) => each.name === name && !name.startsWith("proxy-")),
        );
        expect(others, `${proxy}-${component}`).toEqual([]);
        if (index > 0) expect(before, proxy).toContain(`${proxies[index - 1]}-${component}`);
      }
    }
  });

  test("restarts servers when all members and all proxies are as configured", () => {
    const before = [...precursors(cluster, "postgres-restart")];
    const last = [
      ...members.map((member) => `${member}-roles`),
      ...proxies.flatMap((proxy) => [`${proxy}-haproxy`, `${proxy}-pgbouncer`]),
    ];
    expect(before).toEqual(expect.arrayContaining(last));
  });
});

describe.each(RUNS)("the lab, %s", (title, lab) => {
  const keepsVolumes = title.startsWith("large");

  test("replaces a host by taking the old one away first: names, addresses and ports are taken", () => {
    const exclusive = localCommands(lab).filter((command) => /^(?!services-host).*-host$/.test(command.name));
    expect(exclusive.length).toBe(hostNames(lab).length);
    for (const command of [...exclusive, named(lab, "network"), named(lab, "services-link")]) {
      expect(command.deleteBeforeReplace, command.name).toBe(true);
    }
  });

  test("replaces by deleting first whatever has a name of its own and a command that deletes by that name", () => {
    for (const command of localCommands(lab)) {
      // Without triggers a command is never replaced.
      if (command.inputs["delete"] !== undefined && command.inputs["triggers"] !== undefined) {
        expect(command.deleteBeforeReplace, command.name).toBe(true);
      }
    }
  });

  test("gives a host another container whenever anything about it changes", () => {
    for (const host of hostNames(lab)) {
      const { environment, triggers } = named(lab, `${host}-host`).inputs;
      expect(triggers, host).toEqual([environment]);
    }
  });

  test("leaves the object store and the names behind, and nothing else", () => {
    const retained = localCommands(lab)
      .filter((command) => command.retainOnDelete)
      .map((command) => command.name)
      .sort();
    const domain = keepsVolumes ? "orders.example.com" : "local-test.holdfast.internal";
    expect(retained).toEqual(
      ["bucket", `name-reader.${domain}`, `name-writer.${domain}`, "services-host"].sort(),
    );
  });

  test("takes the volumes along unless they are to be kept, and the state knows which", () => {
    const volumes = localCommands(lab).filter((command) => command.name.endsWith("-volume"));
    expect(volumes).toHaveLength(hostNames(lab, "db-").length + 1);
    for (const volume of volumes) {
      expect(volume.inputs["delete"] === "true", volume.name).toBe(keepsVolumes);
    }
  });

  test("runs its commands from the project's root, without the output of the run before", () => {
    for (const command of localCommands(lab)) {
      expect(command.inputs["dir"], command.name).toBe("..");
      expect(command.inputs["addPreviousOutputInEnv"], command.name).toBe(false);
    }
  });

  test("links the services to a network that is there", () => {
    // The link's own request names no dependency: it waits for its parent, and that one for the network.
    expect(named(lab, "services-link").parent).toBe("holdfast:local:Services services");
    expect(named(lab, "services").dependencies).toContain("command:local:Command network");
  });
});
