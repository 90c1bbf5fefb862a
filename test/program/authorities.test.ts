import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MINIMAL } from "./support/configurations.ts";
import { hostNames, localCommands, named, type Run, runProgram } from "./support/program.ts";

const changing = async (...authorities: number[]) =>
  runProgram({ ...MINIMAL, tls: { authorities } }, "update");
const usual = await runProgram(MINIMAL, "update");
const added = await changing(1, 2);
const moved = await changing(2, 1);

/** A text among a resource's inputs, secret or not. */
const input = (run: Run, resource: string): string =>
  String(named(run, resource).leaves.find((leaf) => leaf.path === "stdin")?.value);

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
/** The certificates below a path in a bundle of files. */
const certificates = (run: Run, host: string, path: string) => {
  const bundle = input(run, `${host}-tls-files`);
  const text = new RegExp(`^${path} .*\\n((?: {2}.*\\n)*)`, "m").exec(bundle)?.[1] ?? "";
  return (text.replaceAll(/^ {2}/gm, "").match(PEM) ?? []).map((pem) => new X509Certificate(pem));
};
const authorities = (run: Run) =>
  localCommands(run)
    .map((command) => command.name)
    .filter((name) => name.startsWith("certificate-authority"))
    .sort();

describe("authorities", () => {
  test("each have a resource of their own, and the first one keeps its name and its order", () => {
    expect(authorities(usual)).toEqual(["certificate-authority"]);
    expect(authorities(added)).toEqual(["certificate-authority", "certificate-authority-2"]);
    expect(authorities(moved)).toEqual(["certificate-authority", "certificate-authority-2"]);
    expect(JSON.parse(input(usual, "certificate-authority"))).toEqual({
      order: "authority",
      cluster: "local-test",
      days: 3650,
      generation: 1,
    });
    expect(input(moved, "certificate-authority")).toBe(input(usual, "certificate-authority"));
  });

  test("are all trusted on every host, and the first of the list signs", () => {
    for (const [run, signs, trusted] of [
      [usual, "authority", 1],
      [added, "authority", 2],
      [moved, "authority 2", 2],
    ] as const) {
      for (const host of hostNames(run, "db-")) {
        const known = certificates(run, host, "/etc/postgresql/tls/ca.crt");
        const [server] = certificates(run, host, "/etc/postgresql/tls/server.crt");
        expect(known).toHaveLength(trusted);
        expect(server?.issuer).toBe(`CN=Holdfast local-test certificate ${signs}`);
        expect(known.filter((each) => server?.verify(each.publicKey))).toHaveLength(1);
      }
    }
  });

  test("that are trusted are all in the output that clients verify with", () => {
    const output = (run: Run) => {
      const leaf = run.outputs.flatMap(({ leaves }) => leaves);
      return String(leaf.find((each) => each.path === "authorityCertificate")?.value).match(PEM)?.length;
    };
    expect([output(usual), output(added), output(moved)]).toEqual([1, 2, 2]);
  });

  test("change etcd's file with their set alone: etcd reads another one only when it starts", () => {
    const etcd = (run: Run) => input(run, "db-1-etcd-files");
    expect(etcd(added)).not.toBe(etcd(usual));
    expect(etcd(moved)).toBe(etcd(added));
  });
});
