import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withVariables } from "../../../../components/remote/shell.ts";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";

const ACTIVATE = readFileSync(new URL("../../../../components/tls/activate.sh", import.meta.url), "utf8");

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
});
afterEach(() => host.remove());

/** A host with a key of its own, and a certificate for it that is its own authority. */
function files() {
  host.write("tls/server.key", "");
  const certificate = execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=db-1", "-keyout", host.path("tls/server.key")],
    ],
    { stdio: "pipe" },
  ).toString();
  const variables = { identities: host.path("tls/server"), reload: "", serves: "", peers: "" };
  return [
    host.file("tls/server.crt", certificate),
    host.file("tls/ca.crt", certificate),
    host.script("tls", withVariables(variables, ACTIVATE)),
  ];
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
});
