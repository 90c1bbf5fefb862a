import { describe, expect, test } from "vitest";
import { LARGE } from "./support/configurations.ts";
import { localCommands, named, ofType, remoteCommands, runProgram } from "./support/program.ts";
import type { Leaf } from "./support/wire.ts";

// A preview knows no secret, so only an update can give one away.
const run = await runProgram(LARGE, "update");

/** Texts that betray a secret: a password, or any line of a private key, however the rest of it is quoted. */
const passwords = run.secrets.passwords;
const keyLines = (pem: string) =>
  pem.split("\n").filter((line) => line.length >= 16 && !line.startsWith("-----"));
const keys = run.secrets.keys.flatMap(keyLines);
const needles = [...passwords, ...keys];

interface Place {
  readonly resource: string;
  readonly leaf: Leaf;
}
const places: readonly Place[] = [
  ...run.resources.flatMap(({ name, leaves }) => leaves.map((leaf) => ({ resource: name, leaf }))),
  ...run.outputs.flatMap(({ key, leaves }) =>
    leaves.map((leaf) => ({ resource: `outputs of ${key}`, leaf })),
  ),
];
const holding = (needle: string) => places.filter(({ leaf }) => String(leaf.value).includes(needle));

describe("a secret", () => {
  test("was made for every role, for SSH and for the authority", () => {
    expect(passwords.length).toBe(ofType(run, "random:index/randomPassword:RandomPassword").length);
    expect(passwords.length).toBe(11);
    expect(run.secrets.keys.length).toBe(2);
  });

  test("reaches those who need it", () => {
    for (const needle of needles) {
      expect(holding(needle).length, "places of a secret").toBeGreaterThan(0);
    }
  });

  test("is in no input or output that is not marked as secret", () => {
    const open = needles.flatMap(holding).filter(({ leaf }) => !leaf.secret);
    expect(open.map(({ resource, leaf }) => `${resource}: ${leaf.path}`)).toEqual([]);
  });

  test("is in no command, environment or trigger, secret or not: these are shown when a command fails", () => {
    const shown = needles
      .flatMap(holding)
      .filter(({ leaf }) => /^(create|update|delete|environment|triggers|dir|logging)\b/.test(leaf.path));
    expect(shown.map(({ resource, leaf }) => `${resource}: ${leaf.path}`)).toEqual([]);
  });
});

describe("who sees which secret", () => {
  const resources = (needlesOfOne: readonly string[]) =>
    [
      ...new Set(needlesOfOne.flatMap(holding).map(({ resource, leaf }) => `${resource}: ${leaf.path}`)),
    ].sort();

  test("passwords go to the members that set them, on standard input", () => {
    const expected = [
      ...["db-1", "db-2", "db-3", "db-4", "db-5"].map((host) => `${host}-roles-secrets`),
      // The bucket's key: where it is made, and where it is used.
      ...["bucket", "ops-1-barman-secrets"],
      // Of who looks at Prometheus, as Grafana does, and at Grafana.
      "ops-1-monitoring-secrets",
      "ops-1-grafana-secrets",
    ]
      .map((place) => `${place}: stdin`)
      .sort();
    expect(resources(passwords).filter((place) => !place.startsWith("outputs of "))).toEqual(expected);
  });

  test("the SSH key goes into connections, and to the last steps, which make some of their own", () => {
    const [ssh = ""] = run.secrets.keys.filter((key) => key.includes("OPENSSH"));
    const all = remoteCommands(run).map((command) => `${command.name}: connection.privateKey`);
    expect(resources(keyLines(ssh))).toEqual(
      [...all, "postgres-reload: stdin", "postgres-restart: stdin"].sort(),
    );
  });

  test("the authority's key goes to the signing command on this machine, never to a host", () => {
    const [authority = ""] = run.secrets.keys.filter((key) => !key.includes("OPENSSH"));
    const signers = localCommands(run).filter((command) => command.name.endsWith("-tls-certificates"));
    expect(signers.length).toBe(9);
    expect(resources(keyLines(authority))).toEqual(signers.map((command) => `${command.name}: stdin`).sort());
  });
});

describe("a command that touches secrets", () => {
  const touching = [
    ...localCommands(run).filter((command) =>
      /^(ssh-key|certificate-authority)$|-tls-certificates$/.test(command.name),
    ),
  ];

  test("prints nothing into the log, and its output is secret", () => {
    expect(touching.length).toBe(11);
    for (const command of touching) {
      expect(command.inputs["logging"], command.name).toBe("none");
      expect(command.additionalSecretOutputs, command.name).toContain("stdout");
    }
  });

  test("is, with the last steps, the only kind of local command whose input is secret", () => {
    const secretInput = localCommands(run).filter((command) => command.leaves.some((leaf) => leaf.secret));
    const signing = touching.filter((command) => command.name !== "ssh-key");
    expect(secretInput.map((command) => command.name).sort()).toEqual(
      [...signing.map((command) => command.name), "bucket", "postgres-reload", "postgres-restart"].sort(),
    );
  });

  test("on a host reads secret files from a secret input and logs nothing", () => {
    const bundles = remoteCommands(run).filter((command) => command.name.endsWith("-secrets"));
    expect(bundles.length).toBe(9);
    for (const bundle of bundles) {
      expect(
        bundle.leaves.filter((leaf) => leaf.path === "stdin").map((leaf) => leaf.secret),
        bundle.name,
      ).toEqual([true]);
      expect(bundle.inputs["logging"], bundle.name).toBe("none");
    }
  });

  test("activates secret files by a sum that is secret, too", () => {
    const leaf = named(run, "db-1-roles").leaves.find((each) => each.path === "stdin");
    expect(leaf?.secret).toBe(true);
    expect(leaf?.value).toMatch(/^[0-9a-f]{16} \/etc\/holdfast\/secrets\/passwords\.json$/m);
  });
});
