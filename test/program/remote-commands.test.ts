import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { connectionTo } from "../../components/remote/connection.ts";
import { allRuns, hostNames, named, remoteCommands } from "./support/program.ts";
import { machineOf } from "./support/providers.ts";
import type { Registration } from "./support/recorder.ts";

const RUNS = await allRuns();

test("a connection names its limits itself, whatever the provider's defaults are one day", () => {
  // The SDK fills in what is missing, so the whole program does not show who wrote a limit.
  const text = pulumi.output("");
  const address = { host: "h", port: 1, user: "u", privateKey: text, hostKey: text };
  expect(connectionTo(address)).toEqual({ ...address, dialErrorLimit: 40, perDialTimeout: 15 });
});

/** Components whose files follow from the configuration alone; a certificate exists only when it was signed. */
const FROM_CONFIGURATION = [
  "barman",
  "restore",
  "report",
  "jobs",
  "exporters",
  "monitoring",
  "wal-archive",
  "wal-arrival",
  "os",
  "etcd",
  "patroni",
  "patroni-dynamic",
  "haproxy",
  "pgbouncer",
  "roles",
];

const componentOf = (bundle: Registration): string =>
  bundle.name.replace(/^\w+-\d+-/, "").replace(/-files$/, "");

const stdinOf = (command: Registration) => {
  const [leaf, ...more] = command.leaves.filter((each) => each.path === "stdin");
  if (leaf === undefined || more.length > 0) {
    throw new Error(`"${command.name}" must have one text on standard input`);
  }
  return leaf;
};

describe.each(RUNS)("every remote command, %s", (_, run) => {
  const commands = remoteCommands(run);
  const hostOf = ({ name }: Registration) => hostNames(run).find((host) => name.startsWith(`${host}-`)) ?? "";

  test("runs on a host, and every host has some", () => {
    expect(new Set(commands.map(hostOf))).toEqual(new Set(hostNames(run)));
  });

  test("connects to its own host with its key pinned and the limits written out", () => {
    for (const command of commands) {
      if (run.mode === "preview") {
        // A secret group is unknown as a whole as soon as one of its values is: that it is there is all to be seen.
        expect(command.inputs, command.name).toHaveProperty("connection", undefined);
        continue;
      }
      const container = named(run, `${hostOf(command)}-host`).inputs["environment"];
      const [, port] = /(\d+):22\b/.exec(JSON.stringify(container)) ?? [];
      expect(command.inputs["connection"], command.name).toEqual({
        host: "127.0.0.1",
        port: Number(port),
        user: "admin",
        hostKey: machineOf(hostOf(command)).hostKey,
        privateKey: expect.stringMatching(/^-----BEGIN OPENSSH PRIVATE KEY-----/),
        dialErrorLimit: 40,
        perDialTimeout: 15,
      });
    }
  });

  test("is made anew on another machine, and for no other reason", () => {
    for (const command of commands) {
      const identity = run.mode === "preview" ? undefined : machineOf(hostOf(command)).identity;
      expect(command.inputs["triggers"], command.name).toEqual([identity]);
    }
  });

  test("has one text, which makes and changes, and nothing to undo", () => {
    for (const command of commands) {
      expect(Object.keys(command.inputs).sort(), command.name).toEqual([
        "addPreviousOutputInEnv",
        "connection",
        "create",
        "logging",
        "stdin",
        "triggers",
      ]);
      expect(command.inputs["addPreviousOutputInEnv"], command.name).toBe(false);
    }
  });

  test("ends by itself before the engine gives it up", () => {
    for (const command of commands) {
      const text = String(command.inputs["create"]);
      const [, seconds] = /^sudo -n timeout --kill-after=60 (\d+) \S/.exec(text) ?? [];
      expect(Number(seconds), command.name).toBeGreaterThan(0);
      // Three minutes for a host to answer come on top.
      const least = Number(seconds) + 60 + 180;
      for (const limit of [command.timeouts.create, command.timeouts.update]) {
        expect(limit, command.name).toMatch(/^\d+s$/);
        expect(Number.parseInt(limit, 10), command.name).toBeGreaterThanOrEqual(least);
      }
    }
  });

  test("goes with its host, and stays on no list of things to keep", () => {
    for (const command of commands) {
      expect(command.deletedWith, command.name).toBe(`command:local:Command ${hostOf(command)}-host`);
      expect(command.retainOnDelete, command.name).toBe(false);
    }
  });

  test("shows its lines only when it activates", () => {
    for (const command of commands) {
      const activates = String(command.inputs["create"]).includes("/agent activate ");
      expect(command.inputs["logging"], command.name).toBe(activates ? "stdoutAndStderr" : "none");
      expect(activates, command.name).toBe(!/-(agent|files|learned|secrets|keys)$/.test(command.name));
    }
  });
});

describe.each(RUNS)("every bundle of files, %s", (title, run) => {
  const bundles = remoteCommands(run).filter((command) => command.name.endsWith("-files"));

  test("is not secret, so that a preview shows what changes in it", () => {
    expect(bundles.length).toBeGreaterThan(0);
    for (const bundle of bundles) {
      expect(stdinOf(bundle).secret, bundle.name).toBe(false);
    }
  });

  test("is known before anything exists where it follows from the configuration", () => {
    const unknown = bundles.filter((bundle) => !stdinOf(bundle).known).map(componentOf);
    expect(new Set(unknown)).toEqual(new Set(run.mode === "preview" ? ["tls"] : []));
    // The smallest cluster has no Grafana.
    const optional = title.startsWith("large") ? ["grafana"] : [];
    expect(new Set(bundles.map(componentOf))).toEqual(new Set([...FROM_CONFIGURATION, ...optional, "tls"]));
  });

  test("is the same text in the preview and in the update", () => {
    const [, update] = RUNS.find(([each]) => each === title.replace("preview", "update")) ?? [];
    for (const bundle of bundles.filter((each) => componentOf(each) !== "tls")) {
      expect(stdinOf(bundle).value, bundle.name).toEqual(update && stdinOf(named(update, bundle.name)).value);
    }
  });

  test("is named in what its activation reads: a sum and a path for each file", () => {
    for (const bundle of bundles.filter((each) => stdinOf(each).known)) {
      const activation = stdinOf(named(run, bundle.name.replace(/-files$/, "")));
      if (!activation.known) continue;
      const paths = String(stdinOf(bundle).value).match(/^\/\S+/gm) ?? [];
      expect(paths.length, bundle.name).toBeGreaterThan(0);
      const lines = String(activation.value).trim().split("\n");
      for (const path of paths) {
        expect(
          lines.filter((line) => /^[0-9a-f]{16} /.test(line) && line.slice(17) === path),
          `${bundle.name}: ${path}`,
        ).toHaveLength(1);
      }
    }
  });
});
