import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withVariables } from "../../../../components/remote/shell.ts";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";

const ACTIVATE = readFileSync(new URL("../../../../components/tls/activate.sh", import.meta.url), "utf8");

const SERVER = new URL("../../../support/tls-server.mjs", import.meta.url).pathname;

let host: AgentHost;
let neighbour: ChildProcess | undefined;
beforeEach(() => {
  host = new AgentHost();
});
afterEach(() => {
  neighbour?.kill();
  neighbour = undefined;
  host.remove();
});

/** Makes a key, and a certificate for it that is its own authority. */
function selfSigned(key: string): string {
  host.write(key, "");
  return execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=db-1", "-keyout", host.path(key)],
    ],
    { stdio: "pipe" },
  ).toString();
}

/** A host with a key of its own, and a certificate for it. */
function files(certificate = selfSigned("tls/server.key"), peers = "") {
  const variables = { identities: host.path("tls/server"), reload: "", serves: "", peers };
  return [
    host.file("tls/server.crt", certificate),
    host.file("tls/ca.crt", certificate),
    host.script("tls", withVariables(variables, ACTIVATE)),
  ];
}

/** Another host's daemon, with a certificate and an authority, as NAME,ADDRESS,PROTOCOL,PATH. */
async function startNeighbour(certificate: string, key: string, hangsUp: number): Promise<string> {
  host.write("neighbour.crt", certificate);
  const paths = ["neighbour.crt", key, "neighbour.crt"].map((name) => host.path(name));
  neighbour = spawn(process.execPath, [SERVER, ...paths, String(hangsUp)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = neighbour.stdout === null ? [] : await once(neighbour.stdout, "data");
  return `db-2,127.0.0.1:${String(port).trim()},https,${host.path("tls/server")}`;
}

/** The host's own idea of the time. Dates that it is given, like a certificate's, it reads as they are. */
const clock = (shift: string) =>
  host.command(
    "date",
    `for each; do if [[ $each == --date ]]; then exec /bin/date "$@"; fi; done; exec /bin/date --date "${shift}" "$@"`,
  );

describe.skipIf(!AGENT_RUNS_HERE)("certificates on a host (needs Linux)", () => {
  test("are put in place when they are those of the keys, and of the authority", () => {
    expect(host.install("tls", files())).toMatchObject({ code: 0, stderr: "" });
    expect(host.read("tls/server.crt")).toContain("BEGIN CERTIFICATE");
  });

  test("are refused on a host whose clock is behind, and it is the clock that is named", () => {
    clock("2 hours ago");
    const { code, stderr } = host.install("tls", files());
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^host .*, step tls: the clock of this host is wrong: it says .*, and the certificate .*tls\/server\.crt is valid from .* on$/m,
    );
    expect(stderr).toContain("next: set the clock of this host (chronyc makestep)");
  });

  test("of another key are refused", () => {
    const own = files();
    execFileSync("openssl", [
      "ecparam",
      "-name",
      "prime256v1",
      "-genkey",
      "-noout",
      "-out",
      join(host.path("tls"), "server.key"),
    ]);
    expect(host.install("tls", own).stderr).toContain("server.crt does not belong to the key on this host");
  });

  test("are tried again on a daemon that hangs up without an answer", async () => {
    const certificate = selfSigned("tls/server.key");
    const peer = await startNeighbour(certificate, "tls/server.key", 3);
    expect(host.install("tls", files(certificate, peer))).toMatchObject({ code: 0, stderr: "" });
  });

  test("are put in place beside a daemon that listens and never answers", async () => {
    const certificate = selfSigned("tls/server.key");
    const peer = await startNeighbour(certificate, "tls/server.key", 1000);
    expect(host.install("tls", files(certificate, peer))).toMatchObject({ code: 0, stderr: "" });
  });

  test("that another host does not trust are refused before anything changes", async () => {
    const peer = await startNeighbour(selfSigned("tls/other.key"), "tls/other.key", 1);
    const { code, stderr } = host.install("tls", files(undefined, peer));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /with its new certificates this host and db-2 \(127\.0\.0\.1:\d+\) would not trust each other: .*verify error/,
    );
    expect(() => host.read("tls/server.crt")).toThrow("ENOENT");
  });
});
