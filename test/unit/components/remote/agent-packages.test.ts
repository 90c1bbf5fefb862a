import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
  // A packaging system of text files: what is installed and what is held, and whether a daemon might have started.
  for (const file of ["installed", "held", "started"]) host.write(file, "");
  host.command(
    "dpkg-query",
    `cd ${host.path("")}
if [[ $3 == *Status* ]]; then grep -qx "$4" installed && echo installed; else shift 3; printf '%s\\n' "$@"; fi`,
  );
  host.command("dpkg", "true");
  host.command(
    "apt-get",
    `cd ${host.path("")}
if [[ -e fails ]]; then echo "no way to the archive"; exit 100; fi
if [[ -e killed ]]; then kill -KILL $PPID; exit 1; fi
if [[ $1 == install ]]; then
  ./policy-rc.d >/dev/null 2>&1 || [[ $? == 101 ]] || echo started >>started
  for word; do [[ $word == -* || $word == install || $word == *::* ]] || echo "$word" >>installed; done
fi`,
  );
  host.command(
    "apt-mark",
    `cd ${host.path("")}
verb=$1; [[ $1 == -qq ]] && { verb=$2; shift; }; shift
for name; do sed -i "/^$name$/d" held; if [[ $verb == hold ]]; then echo "$name" >>held; fi; done
if [[ $verb == showhold ]]; then cat held; fi`,
  );
});
afterEach(() => host.remove());

const install = (...names: readonly string[]) =>
  host.install("os", [
    host.script("os", `apply() { packages ${names.join(" ")}; release_others ${names.join(" ")}; }`),
  ]);
const lines = (file: string) => host.read(file).split("\n").filter(Boolean);
const policy = () => host.path("policy-rc.d");

describe.skipIf(!AGENT_RUNS_HERE)("packages (needs Linux)", () => {
  test("are installed without their daemons, and those of the cluster are held", () => {
    expect(install("haproxy", "curl")).toMatchObject({ code: 0, stderr: "" });
    expect(lines("installed")).toEqual(["haproxy", "curl"]);
    expect(lines("started")).toEqual([]);
    expect(lines("held")).toEqual(["haproxy"]);
    expect(existsSync(policy())).toBe(false);
  });

  test("do not start what the machine's own policy forbids, and leave that policy as it is", () => {
    host.write("policy-rc.d", "#!/bin/sh\nexit 101\n");
    execFileSync("chmod", ["755", policy()]);
    expect(install("haproxy").code).toBe(0);
    expect(lines("started")).toEqual([]);
    expect(host.read("policy-rc.d")).toBe("#!/bin/sh\nexit 101\n");
  });

  test("that cannot be installed are named, with the last lines, and leave no policy behind", () => {
    host.write("fails", "");
    const { code, stderr } = install("haproxy");
    expect(code).toBe(1);
    expect(stderr).toMatch(/no way to the archive\nhost \S+, step os: could not install haproxy\nnext: /);
    expect(existsSync(policy())).toBe(false);
  });

  test("whose installation was killed leave a policy that the next update takes away", () => {
    host.write("killed", "");
    install("haproxy");
    expect(host.read("policy-rc.d")).toContain("Holdfast");
    execFileSync("rm", [host.path("killed")]);
    expect(install("haproxy").code).toBe(0);
    expect(existsSync(policy())).toBe(false);
    expect(lines("started")).toEqual([]);
  });

  test("that earlier versions held are released once; what somebody holds later stays held", () => {
    host.write("installed", "curl\nopenssl\nhaproxy\n");
    host.write("held", "curl\nhaproxy\nopenssl\nlinux-image\n");
    expect(install("curl", "haproxy", "openssl").code).toBe(0);
    expect(lines("held").sort()).toEqual(["haproxy", "linux-image"]);
    host.write("held", "curl\nhaproxy\n");
    expect(install("curl", "haproxy", "openssl").code).toBe(0);
    expect(lines("held").sort()).toEqual(["curl", "haproxy"]);
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("certificates (needs Linux)", () => {
  test("have a line each with their end, also those of one file", () => {
    const make = (name: string, days: number) => {
      const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null"];
      const options = ["req", "-x509", ...key, "-subj", `/CN=${name}`, "-days", String(days)];
      return execFileSync("openssl", options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    };
    const tls = [
      host.file("tls/server.crt", make("server", 10)),
      host.file("tls/ca.crt", `${make("one", 100)}${make("two", 200)}`),
      host.file("tls/notes.txt", "no certificate\n"),
    ];
    expect(host.install("tls", tls).code).toBe(0);
    const { stdout } = host.run(["certificates"]);
    const days = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([path, end = ""]) => [path, Math.round((Date.parse(end) - Date.now()) / 86_400_000)]);
    expect(stdout).toMatch(/^(\S+ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n){3}$/);
    expect(days).toEqual([
      [host.path("tls/ca.crt"), 100],
      [host.path("tls/ca.crt"), 200],
      [host.path("tls/server.crt"), 10],
    ]);
  });
});
