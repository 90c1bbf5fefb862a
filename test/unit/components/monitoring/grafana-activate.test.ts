import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withVariables } from "../../../../components/remote/shell.ts";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";

const ACTIVATE = readFileSync(
  new URL("../../../../components/monitoring/grafana/activate.sh", import.meta.url),
  "utf8",
);
const has = (command: string) => spawnSync(command, ["--version"]).status === 0;

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
  host.write("log", "");
  host.write("served", "");
  // Every package is there, and systemd does as it is told.
  host.command(
    "dpkg-query",
    'if [[ $3 == *Status* ]]; then echo installed; else shift 3; printf "%s\\n" "$@"; fi',
  );
  host.command("findmnt", "true");
  host.command(
    "install",
    `args=(); while (($#)); do if [[ $1 == -o || $1 == -g ]]; then shift 2; else args+=("$1"); shift; fi; done; /usr/bin/install "\${args[@]}"`,
  );
  host.command(
    "systemctl",
    `cd ${host.path("")}
if [[ $1 == is-* ]]; then exit 1; fi
echo "systemctl $@" >>log`,
  );
  // What the command is for is its fourth word; a password comes on standard input.
  host.command("runuser", `echo "runuser \${@: -2} $(cat)" >>${host.path("log")}`);
  // Grafana, and where the archive's key is.
  host.command(
    "curl",
    `cd ${host.path("")}
address=\${@: -1}
case $address in
*.key) while [[ $1 != --output ]]; do shift; done; cp served "$2" ;;
*/api/health) cat >/dev/null; echo '{"database":"ok"}' ;;
*/api/search*) cat >asked; echo '[{"uid":"holdfast-overview"},{"uid":"holdfast-hosts"}]' ;;
*/health) cat >/dev/null; echo '{"status":"OK"}' ;;
esac`,
  );
});
afterEach(() => host.remove());

const variables = () => ({
  mount: "/srv/data",
  data: host.path("data"),
  user: "grafana",
  viewer: "holdfast",
  password: host.path("admin-password"),
  prometheus_password: host.path("prometheus-password"),
  secret_key: host.path("secret-key"),
  authority: host.path("ca.crt"),
  grafana: "ops-1:3000",
  config: host.path("grafana.ini"),
  unit: host.path("unit.conf"),
  provisioned: host.path("source.yaml"),
  dashboards: "holdfast-overview holdfast-hosts",
  source_uid: "holdfast-prometheus",
  sources: "",
  keyring: host.path("keyrings/grafana.gpg"),
  key_url: "https://example.com/archive.key",
  key_fingerprint: "",
});

function activate(change: Partial<ReturnType<typeof variables>> = {}, password = "first") {
  return host.install("grafana", [
    host.file("grafana.ini", "a = b\n"),
    host.file("admin-password", `${password}\n`),
    host.script("grafana", withVariables({ ...variables(), ...change }, ACTIVATE)),
  ]);
}
const told = () => {
  const lines = host.read("log").split("\n").filter(Boolean);
  host.write("log", "");
  return lines;
};

describe.skipIf(!AGENT_RUNS_HERE || !has("jq"))("Grafana (needs Linux and jq)", () => {
  test("is started, and asked as its administrator for what it shows", () => {
    expect(activate()).toMatchObject({ code: 0, stderr: "" });
    expect(told()).toContain("systemctl restart grafana-server.service");
    expect(host.read("asked")).toBe('user = "holdfast:first"\n');
  });

  test("gets another password by standard input, once it has a database with the one of before", () => {
    activate();
    expect(told().join("\n")).not.toContain("runuser");
    host.write("data/grafana.db", "");
    expect(activate({}, "second")).toMatchObject({ code: 0, stderr: "" });
    expect(told()).toContain("runuser reset-admin-password --password-from-stdin second");
  });
});

describe.skipIf(!AGENT_RUNS_HERE || !has("gpg") || !has("jq"))("the archive's key (needs gpg)", () => {
  let folder: string;
  const gpg = (...args: readonly string[]) =>
    execFileSync("gpg", ["--batch", "--quiet", "--homedir", folder, ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    });
  const key = (name: string): string => {
    gpg("--passphrase", "", "--quick-generate-key", name, "ed25519", "sign", "never");
    const listed = gpg("--with-colons", "--list-keys", name).toString();
    return /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? "";
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-gpg-"));
  });
  afterEach(() => {
    spawnSync("gpgconf", ["--homedir", folder, "--kill", "all"]);
    rmSync(folder, { recursive: true, force: true });
  });
  const inKeyring = () =>
    [
      ...gpg("--with-colons", "--show-keys", variables().keyring)
        .toString()
        .matchAll(/^fpr:+([0-9A-F]{40}):/gm),
    ].map((match) => match[1]);

  test("is the one with the fingerprint, whatever else comes with it", () => {
    const [wanted, other] = [key("wanted@example.com"), key("other@example.com")];
    writeFileSync(host.path("served"), gpg("--armor", "--export", other, wanted));
    expect(activate({ sources: "/x", key_fingerprint: wanted })).toMatchObject({ code: 0, stderr: "" });
    expect(inKeyring()).toEqual([wanted]);
    // Another one is taken when the configuration names another.
    expect(activate({ sources: "/x", key_fingerprint: other }).code).toBe(0);
    expect(inKeyring()).toEqual([other]);
  });

  test("is no other one: nothing is installed or put in place then", () => {
    writeFileSync(host.path("served"), gpg("--armor", "--export", key("other@example.com")));
    const answer = activate({ sources: "/x", key_fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567" });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(
      "is no key with the fingerprint 0123456789ABCDEF0123456789ABCDEF01234567",
    );
    expect(existsSync(variables().keyring)).toBe(false);
    expect(existsSync(host.path("grafana.ini"))).toBe(false);
  });
});
