import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AGENT_RUNS_HERE, AgentHost, OWNER } from "../../../support/agent.ts";

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
  // A systemd of one unit, which notes what it is told and fails on demand.
  host.write("log", "");
  host.command(
    "systemctl",
    `folder=${host.path("")}
if [[ $1 == is-active ]]; then [[ -e $folder/active ]]; exit; fi
if [[ $1 == is-enabled ]]; then [[ -e $folder/enabled ]]; exit; fi
if [[ $1 == enable ]]; then touch "$folder/enabled"; fi
echo "$@" >>"$folder/log"
if [[ -e $folder/refuses && $1 == re* && $1 != reset-failed ]]; then exit 1; fi
if [[ $1 == restart ]]; then touch "$folder/active"; fi`,
  );
});
afterEach(() => host.remove());

/** Installs a daemon that reads one file when told and needs a restart for another; returns what systemd heard. */
function install(reloaded: string, restarted: string, options = "") {
  const answer = host.install("thing", [
    host.file("reloaded.conf", `${reloaded}\n`),
    host.file("restarted.conf", `${restarted}\n`),
    host.script(
      "thing",
      `apply() {
  ${options} service thing.service --restart ${host.path("restarted.conf")} --reload ${host.path("reloaded.conf")}
}`,
    ),
  ]);
  const heard = host
    .read("log")
    .split("\n")
    .filter((line) => /^(reload|restart) /.test(line));
  const enabled = host.read("log").includes("enable --quiet thing.service");
  host.write("log", "");
  return { code: answer.code, heard, enabled };
}

describe.skipIf(!AGENT_RUNS_HERE)("a unit and its files (needs Linux)", () => {
  test("is enabled and started the first time", () => {
    expect(install("a", "b")).toEqual({ code: 0, heard: ["restart thing.service"], enabled: true });
  });

  test("is left alone when nothing changed", () => {
    install("a", "b");
    expect(install("a", "b")).toEqual({ code: 0, heard: [], enabled: false });
  });

  test("is reloaded for a file that it can take up, restarted for the other, and only once for both", () => {
    install("a", "b");
    expect(install("A", "b").heard).toEqual(["reload thing.service"]);
    expect(install("A", "B").heard).toEqual(["restart thing.service"]);
    expect(install("a", "b").heard).toEqual(["restart thing.service"]);
  });

  test("is started when it was found down, though no file changed", () => {
    install("a", "b");
    execFileSync("rm", [host.path("active")]);
    expect(install("a", "b").heard).toEqual(["restart thing.service"]);
  });

  test("is not waited for where the others of its cluster are still to come", () => {
    expect(install("a", "b", "no_block=yes").heard).toEqual(["restart --no-block thing.service"]);
  });

  test("that refuses its new file gets the old one back", () => {
    install("a", "b");
    host.write("refuses", "");
    const answer = install("A", "b");
    expect(answer.code).toBe(1);
    // Once for the new file, and once more for the old one.
    expect(answer.heard).toEqual(["reload thing.service", "reload thing.service"]);
    expect(host.read("reloaded.conf")).toBe("a\n");
  });

  test("that could not even go back is told again by the next update", () => {
    install("a", "b");
    host.write("refuses", "");
    install("A", "b");
    execFileSync("rm", [host.path("refuses")]);
    expect(install("a", "b").heard).toEqual(["reload thing.service"]);
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("private keys (needs Linux)", () => {
  const keys = (...names: readonly string[]) =>
    host.run(
      ["keys"],
      names.map((name) => `${host.path(`tls/${name}`)} ${OWNER} ${name}.example.com\n`).join(""),
    );

  test("are made once, for their owner alone, and never again", () => {
    expect(keys("server").code).toBe(0);
    const path = host.path("tls/server.key");
    const made = readFileSync(path, "utf8");
    expect(made).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    keys("server", "client");
    expect(readFileSync(path, "utf8")).toBe(made);
    expect(host.read("tls/client.key")).not.toBe(made);
  });

  test("stay on the host: what it prints is a request for each, signed by its key", () => {
    const { stdout } = keys("server", "client");
    expect(stdout).not.toContain("PRIVATE");
    const parts = stdout.split(/^(?=\/\S+\n-----BEGIN)/m);
    expect(parts.map((part) => part.split("\n")[0])).toEqual([
      host.path("tls/server"),
      host.path("tls/client"),
    ]);
    parts.forEach((part, index) => {
      const subject = execFileSync(
        "openssl",
        ["req", "-verify", "-noout", "-subject", "-nameopt", "RFC2253"],
        {
          input: part.slice(part.indexOf("-----BEGIN")),
          encoding: "utf8",
          stdio: ["pipe", "pipe", "pipe"],
        },
      );
      expect(subject.trim()).toBe(`subject=CN=${index === 0 ? "server" : "client"}.example.com`);
    });
  });
});
