import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { LARGE, MINIMAL } from "./support/configurations.ts";
import { runProgram } from "./support/program.ts";
import { machineOf, passwordOf } from "./support/providers.ts";

const preview = await runProgram(MINIMAL, "preview");
const update = await runProgram(MINIMAL, "update");
const large = await runProgram(LARGE, "update");

const arrived = (value: unknown): Promise<unknown> =>
  new Promise((resolve) => {
    // Any value may come here, and an output's type of "unknown" has no methods.
    (pulumi.output(value) as pulumi.Output<string>).apply(resolve);
  });

const NAMES = [
  "certificateAuthority",
  "clusterName",
  "databases",
  "domain",
  "durability",
  "endpoints",
  "hosts",
  "monitoring",
  "monitoringPassword",
  "objectStore",
  "passwords",
  "postgresVersion",
  "sshPrivateKey",
];
/** Only where there is Grafana. */
const OF_GRAFANA = ["grafana", "grafanaPassword"];
const SECRET = ["passwords", "sshPrivateKey", "monitoringPassword", "grafanaPassword"];

describe.each([
  ["preview", preview, NAMES],
  ["update", update, NAMES],
  ["update of a large cluster", large, [...NAMES, ...OF_GRAFANA]],
] as const)("the stack's outputs, %s", (_, run, names) => {
  test("are these", () => {
    const there = Object.keys(run.exports).filter((name) => run.exports[name] !== undefined);
    expect(there.sort()).toEqual([...names].sort());
  });

  test.each(names)("%s is secret exactly when it has to be", async (name) => {
    expect(await pulumi.isSecret(pulumi.output(run.exports[name]))).toBe(SECRET.includes(name));
  });
});

describe("the values of the outputs", () => {
  test("name cluster, version and databases", async () => {
    const { clusterName, domain, postgresVersion, databases, durability, objectStore } = update.exports;
    expect({ clusterName, domain, postgresVersion, databases, durability }).toEqual({
      clusterName: "local-test",
      domain: "local-test.holdfast.internal",
      postgresVersion: 17,
      databases: ["app"],
      durability: "strict",
    });
    expect(objectStore).toMatch(/^https:\/\/10\.\d+\.\d+\.250:7070$/);
    expect(large.exports).toMatchObject({
      clusterName: "orders",
      domain: "orders.example.com",
      postgresVersion: 15,
      databases: ["shop", "billing"],
      objectStore: "https://10.77.1.250:7070",
    });
  });

  test("say how to reach each host, by a port on this machine and with its key", async () => {
    const ssh = (name: string, port: number) => ({
      host: "127.0.0.1",
      port,
      user: "admin",
      hostKey: machineOf(name).hostKey,
    });
    const host = (name: string, role: string, zone: string, last: number) => ({
      name,
      role,
      zone,
      address: `10.77.1.${last}`,
      ssh: ssh(name, 31_000 + last),
    });
    expect(await arrived(large.exports["hosts"])).toEqual([
      host("db-1", "database", "a", 11),
      host("db-2", "database", "b", 12),
      host("db-3", "database", "c", 13),
      host("db-4", "database", "a", 14),
      host("db-5", "database", "b", 15),
      host("proxy-1", "proxy", "a", 21),
      host("proxy-2", "proxy", "b", 22),
      host("proxy-3", "proxy", "c", 23),
      host("ops-1", "operations", "a", 31),
    ]);
  });

  test("say how to reach each endpoint, on every proxy", async () => {
    const at = (offset: number) =>
      [31_040, 31_050, 31_060].map((block) => ({ host: "127.0.0.1", port: block + offset }));
    expect(await arrived(large.exports["endpoints"])).toEqual({
      writer: at(0),
      reader: at(1),
      writerSession: at(2),
      readerSession: at(3),
      syncReaderSession: at(4),
    });
  });

  test("say where Prometheus is, and Grafana where there is one", () => {
    expect(large.exports).toMatchObject({
      monitoring: { host: "127.0.0.1", port: 31_090 },
      grafana: { host: "127.0.0.1", port: 31_091 },
    });
  });

  test("hold a password for each role that logs in with one", async () => {
    const roles = ["app_owner", "app_writer", "app_reader"];
    expect(await arrived(update.exports["passwords"])).toEqual(
      Object.fromEntries(roles.map((role) => [role, passwordOf(`${role}-password`)])),
    );
  });

  test("hold the key that the hosts admit, and the authority's certificate but not its key", async () => {
    expect(update.secrets.keys).toContain(await arrived(update.exports["sshPrivateKey"]));
    expect(await arrived(update.exports["certificateAuthority"])).toMatch(
      /^-----BEGIN CERTIFICATE-----\n[^-]+\n-----END CERTIFICATE-----\n$/,
    );
  });
});
