import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManagedFile } from "../../../../components/remote/managed-file.ts";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
});
afterEach(() => host.remove());

/**
 * A component whose daemon writes down what it is told: each stage, and at apply those of its two files that have
 * changed, with their text. It refuses what says "bad", at the stage that the text names; "killed" ends the agent.
 */
function daemon(...files: readonly ManagedFile[]): readonly ManagedFile[] {
  return [
    ...files,
    host.script(
      "demo",
      `log=${host.path("log")}
mkdir -p ${host.path("")}
a=${host.path("a.conf")} b=${host.path("b.conf")}
says() { { cat "$1$a" "$1$b" 2>/dev/null || true; } | grep "$2" >/dev/null; }
validate() { echo validate >>"$log"; if says "$root" "bad for validate"; then fail "not valid" "mend it"; fi; }
apply() {
  local path list=apply
  for path in "$a" "$b"; do
    if changed "$path"; then list+=" \${path##*/}=$(cat "$path" 2>/dev/null || echo gone)"; fi
  done
  echo "$list" >>"$log"
  if says "" killed; then kill -KILL $$; fi
  if says "" "bad for apply"; then fail "cannot use it" "mend it"; fi
}
verify() { echo verify >>"$log"; if says "" "bad for verify"; then fail "does not answer" "mend it"; fi; }`,
    ),
  ];
}

/** What the daemon was told since the last look. */
let seen = 0;
function told(): string[] {
  const lines = existsSync(host.path("log")) ? host.read("log").trimEnd().split("\n") : [];
  const fresh = lines.slice(seen);
  seen = lines.length;
  return fresh;
}
beforeEach(() => {
  seen = 0;
});

const a = (text: string, mode?: string) => host.file("a.conf", `${text}\n`, mode);
const b = (text: string) => host.file("b.conf", `${text}\n`);
const install = (...files: readonly ManagedFile[]) => host.install("demo", daemon(...files));

describe.skipIf(!AGENT_RUNS_HERE)("activating a component (needs Linux)", () => {
  test("puts its files there with their modes, and makes the daemon use them", () => {
    const answer = install(a("one", "0640"), host.file("deep/er/c.conf", "c\n", "0600"));
    expect(answer).toMatchObject({ code: 0, stderr: "" });
    expect(answer.stdout).toContain(`wrote ${host.path("a.conf")}\n`);
    expect(host.read("a.conf")).toBe("one\n");
    expect(host.stat("a.conf").mode).toBe("0640");
    expect(host.stat("deep/er/c.conf").mode).toBe("0600");
    expect(told()).toEqual(["validate", "apply a.conf=one", "verify"]);
  });

  test("does nothing when nothing changed", () => {
    install(a("one"), b("two"));
    const before = [host.stat("a.conf"), host.stat("b.conf")];
    told();
    const again = install(a("one"), b("two"));
    expect(again).toEqual({ code: 0, stdout: "", stderr: "" });
    expect([host.stat("a.conf"), host.stat("b.conf")]).toEqual(before);
    expect(told()).toEqual(["validate", "apply", "verify"]);
  });

  test("leaves unchanged files alone and replaces a changed one at once", () => {
    install(a("one"), b("two"));
    const before = host.stat("b.conf");
    // Whoever has the old file open reads all of the old one, and never a half of each.
    const open = openSync(host.path("a.conf"), "r");
    told();
    install(a("another", "0600"), b("two"));
    expect(readFileSync(open, "utf8")).toBe("one\n");
    closeSync(open);
    expect(host.read("a.conf")).toBe("another\n");
    expect(host.stat("a.conf").mode).toBe("0600");
    expect(host.stat("b.conf")).toEqual(before);
    expect(existsSync(host.path("a.conf.holdfast"))).toBe(false);
    expect(told()).toEqual(["validate", "apply a.conf=another", "verify"]);
  });

  test("takes another mode for a change", () => {
    install(a("one", "0644"));
    told();
    install(a("one", "0600"));
    expect(host.stat("a.conf").mode).toBe("0600");
    expect(told()).toContain("apply a.conf=one");
  });

  test("undoes what somebody changed on the host", () => {
    install(a("one"));
    host.write("a.conf", "by hand\n");
    told();
    expect(install(a("one")).code).toBe(0);
    expect(host.read("a.conf")).toBe("one\n");
    expect(told()).toContain("apply a.conf=one");
  });

  test("removes a file that the component no longer has, and says so to the daemon", () => {
    install(a("one"), b("two"));
    told();
    expect(install(a("one")).stdout).toContain(`removed ${host.path("b.conf")}\n`);
    expect(existsSync(host.path("b.conf"))).toBe(false);
    expect(host.read("a.conf")).toBe("one\n");
    expect(told()).toEqual(["validate", "apply b.conf=gone", "verify"]);
    expect(install(a("one")).stdout).toBe("");
  });

  test("keeps every file, however slowly the list of them is read", () => {
    // One line at a time: a reader that ends early breaks the pipe, which must not count as "not wanted any more".
    host.command("cut", '/usr/bin/cut "$@" | while IFS= read -r line; do echo "$line"; sleep 0.05; done');
    install(a("one"), b("two"));
    expect(install(a("one"), b("two"))).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(host.read("a.conf")).toBe("one\n");
  });

  test("takes the files of all its bundles together", () => {
    host.stage("demo", [b("secret")], "secrets");
    expect(install(a("one")).code).toBe(0);
    expect(host.read("b.conf")).toBe("secret\n");
    expect(told()).toContain("apply a.conf=one b.conf=secret");
    // The files of one bundle change without those of the other.
    install(a("two"));
    expect(host.read("b.conf")).toBe("secret\n");
    expect(told()).toContain("apply a.conf=two");
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("when something refuses (needs Linux)", () => {
  beforeEach(() => {
    install(a("one", "0640"), b("two"));
    told();
  });

  test("validate: the old files were never touched, and the daemon is not told", () => {
    const before = host.stat("a.conf");
    const answer = install(a("bad for validate"), b("two"));
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/^host \S+, step demo: not valid\nnext: mend it\n$/);
    expect(host.read("a.conf")).toBe("one\n");
    expect(host.stat("a.conf")).toEqual(before);
    expect(told()).toEqual(["validate"]);
  });

  test.each(["apply", "verify"])(
    "%s: the old files come back, and the daemon takes them up again",
    (stage) => {
      const answer = install(a(`bad for ${stage}`, "0600"), host.file("new.conf", "new\n"));
      expect(answer.code).toBe(1);
      expect(answer.stderr).toContain("put back the files of before\n");
      expect(host.read("a.conf")).toBe("one\n");
      expect(host.stat("a.conf").mode).toBe("0640");
      // The one that was removed is there again, and the new one is not.
      expect(host.read("b.conf")).toBe("two\n");
      expect(existsSync(host.path("new.conf"))).toBe(false);
      const applied = `apply a.conf=bad for ${stage} b.conf=gone`;
      const back = "apply a.conf=one b.conf=two";
      expect(told()).toEqual(["validate", applied, ...(stage === "verify" ? ["verify"] : []), back]);
    },
  );

  test("what worked before is what the next update compares with", () => {
    install(a("bad for apply"), b("two"));
    told();
    expect(install(a("one", "0640"), b("two"))).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(told()).toEqual(["validate", "apply", "verify"]);
  });

  test("a mended file is put in place", () => {
    install(a("bad for verify"), b("two"));
    told();
    expect(install(a("mended"), b("two")).code).toBe(0);
    expect(told()).toEqual(["validate", "apply a.conf=mended", "verify"]);
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("the very first time (needs Linux)", () => {
  test("a refusal leaves nothing behind", () => {
    expect(install(a("bad for apply")).code).toBe(1);
    expect(existsSync(host.path("a.conf"))).toBe(false);
    // There is nothing of before that the daemon could go back to.
    expect(told()).toEqual(["validate", "apply a.conf=bad for apply"]);
  });

  test("a file of somebody else's comes back after a refusal", () => {
    host.write("a.conf", "the distribution's\n");
    expect(install(a("bad for apply")).code).toBe(1);
    expect(host.read("a.conf")).toBe("the distribution's\n");
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("when the update is interrupted (needs Linux)", () => {
  test("with the files in place, the next one makes the daemon take them up", () => {
    install(a("one"));
    // The daemon's apply ends the agent before it could note that all went well.
    host.stage("demo", daemon(a("killed")));
    expect(host.run(["activate", "demo"]).code).not.toBe(0);
    expect(host.read("a.conf")).toBe("killed\n");
    told();
    // The same bundle again, on a machine that kills nobody.
    host.write("a.conf", "two\n");
    expect(install(a("two")).code).toBe(0);
    expect(told()).toEqual(["validate", "apply a.conf=two", "verify"]);
  });

  test("an update back to the files of before makes the daemon take those up", () => {
    install(a("one"));
    install(a("killed"));
    told();
    expect(install(a("one")).code).toBe(0);
    expect(told()).toEqual(["validate", "apply a.conf=one", "verify"]);
  });

  test("even when the files of before are back already, the daemon is told of them", () => {
    install(a("one"));
    install(a("killed"));
    host.write("a.conf", "one\n");
    told();
    expect(install(a("one")).code).toBe(0);
    expect(told()).toEqual(["validate", "apply a.conf=one", "verify"]);
  });

  test("a file that it had just brought goes when nobody wants it any more", () => {
    install(a("one"));
    install(a("one"), b("killed"));
    expect(host.read("b.conf")).toBe("killed\n");
    expect(install(a("one")).code).toBe(0);
    expect(existsSync(host.path("b.conf"))).toBe(false);
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("a refusal says what a person needs (needs Linux)", () => {
  test("an unknown command", () => {
    const answer = host.run(["explode"]);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(
      /^host \S+, step agent: unknown command "explode"\nnext: use keys, ssh-key, certificates, stage, activate, verify, drift or maintenance\n$/,
    );
  });

  test("an owner that the host does not know", () => {
    host.stage("demo", [{ ...a("one"), owner: "nobody-of-this-name:root" }]);
    const answer = host.run(["activate", "demo"]);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(`could not write ${host.path("a.conf")} for nobody-of-this-name:root`);
    expect(existsSync(host.path("a.conf"))).toBe(false);
  });

  test("the last lines of the daemon's log", () => {
    host.command("journalctl", 'echo "$@" | grep -q -- "--unit thing" && echo "port is in use"');
    const refusing = host.script("demo", 'apply() { fail "thing did not start" "free its port" thing; }');
    const answer = host.install("demo", [a("one"), refusing]);
    expect(answer.stderr).toContain(
      "thing did not start\nlast lines of thing:\n  port is in use\nnext: free its port\n",
    );
  });
});
