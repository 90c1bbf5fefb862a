import { chmodSync, existsSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseDrift } from "../../../../scripts/stack/drift.ts";
import { AGENT_RUNS_HERE, AgentHost, OWNER } from "../../../support/agent.ts";

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
  host.stage("demo", [host.file("secret.conf", "password one\n", "0600")], "secrets");
  host.install("demo", [host.file("a.conf", "one\ntwo\nthree\n", "0640"), host.file("a.conf.d", "other\n")]);
});
afterEach(() => host.remove());

function drift() {
  const { code, stdout, stderr } = host.run(["drift"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return parseDrift(stdout);
}

const access = (mode: string) => `${OWNER}:${mode}`;

describe.skipIf(!AGENT_RUNS_HERE)("what drifted on a host (needs Linux)", () => {
  test("is nothing when nobody touched it, and asking changes nothing", () => {
    const before = host.stat("a.conf");
    expect(drift()).toEqual([]);
    expect(host.stat("a.conf")).toEqual(before);
  });

  test("is nothing on a host that has no component yet", () => {
    rmSync(`${host.folder}/state`, { recursive: true });
    expect(drift()).toEqual([]);
  });

  test("is a line that somebody edited, as a diff from what is configured", () => {
    host.write("a.conf", "one\n2\nthree\n");
    expect(drift()).toEqual([
      {
        component: "demo",
        subject: host.path("a.conf"),
        state: "changed",
        contentDiffers: true,
        secret: false,
        configuredAccess: access("0640"),
        access: access("0640"),
        diff: "--- as configured\n+++ on the host\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
      },
    ]);
  });

  test("is another mode with the same content", () => {
    chmodSync(host.path("a.conf"), 0o666);
    expect(drift()).toMatchObject([
      {
        state: "changed",
        contentDiffers: false,
        configuredAccess: access("0640"),
        access: access("0666"),
        diff: "",
      },
    ]);
  });

  test("is a file that is gone", () => {
    rmSync(host.path("a.conf"));
    const [found, ...more] = drift();
    expect(more).toEqual([]);
    expect(found).toMatchObject({ state: "missing", diff: "" });
    expect(found).not.toHaveProperty("access");
  });

  test("is of a secret the fact, and no line of either text", () => {
    host.write("secret.conf", "password two\n");
    const { stdout } = host.run(["drift"]);
    expect(stdout).not.toContain("password");
    expect(parseDrift(stdout)).toMatchObject([
      { subject: host.path("secret.conf"), state: "changed", contentDiffers: true, secret: true, diff: "" },
    ]);
  });

  test("is named for every component, each with its own files", () => {
    host.install("other", [host.file("b.conf", "b\n")]);
    host.write("a.conf", "edited\n");
    host.write("b.conf", "edited\n");
    expect(drift().map(({ component, subject }) => [component, subject])).toEqual([
      ["demo", host.path("a.conf")],
      ["other", host.path("b.conf")],
    ]);
  });

  test("is not known while an update holds the component", () => {
    // In place of an activation that runs longer than a person waits for this answer.
    host.command("flock", '[[ $* == "--shared -w 5 9" ]] && exit 1');
    const answer = host.run(["drift"]);
    expect(answer).toMatchObject({ code: 1, stdout: "" });
    expect(answer.stderr).toMatch(
      /step demo: an update holds the lock of this component\nnext: wait for it to end/,
    );
  });

  test("is told apart from what an update staged and did not use", () => {
    host.stage("demo", [host.file("a.conf", "new\n", "0640"), host.file("a.conf.d", "other\n")]);
    expect(drift()).toMatchObject([{ subject: host.path("a.conf"), state: "waiting" }]);
    // The other file was used: what is there now is somebody's edit, although another name begins like its own.
    host.write("a.conf.d", "edited\n");
    expect(drift().map(({ state }) => state)).toEqual(["waiting", "changed"]);
  });

  test("goes with the next activation, and the daemon hears of it", () => {
    const script = host.script(
      "demo",
      `apply() { if changed ${host.path("a.conf")}; then touch ${host.path("told")}; fi; }`,
    );
    const files = [host.file("a.conf", "one\n", "0640"), script];
    host.install("demo", files);
    rmSync(host.path("told"));
    host.write("a.conf", "edited\n");
    expect(host.run(["activate", "demo"]).code).toBe(0);
    expect(host.read("a.conf")).toBe("one\n");
    expect(existsSync(host.path("told"))).toBe(true);
    expect(drift()).toEqual([]);
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("configuration that is in no file (needs Linux)", () => {
  const script = (found: string) =>
    host.script(
      "demo",
      `differences() {
  printf '${found}\\n' >"$work/found"
  if cmp -s "$root${host.path("value")}" "$work/found"; then return 0; fi
  say "etcd:/key $component files changed differs - -"
  difference "$root${host.path("value")}" "$work/found"
}`,
    );

  test("is compared by the component's own script", () => {
    host.install("demo", [host.file("value", "a\n"), script("b")]);
    const [found] = drift();
    expect(found).toEqual({
      component: "demo",
      subject: "etcd:/key",
      state: "changed",
      contentDiffers: true,
      secret: false,
      diff: "--- as configured\n+++ on the host\n@@ -1 +1 @@\n-a\n+b\n",
    });
    host.install("demo", [host.file("value", "a\n"), script("a")]);
    expect(drift()).toEqual([]);
  });

  test("that cannot be read is a failure, which hides nothing of the files", () => {
    host.install("demo", [
      host.file("value", "a\n"),
      host.script("demo", 'differences() { fail "no majority" "wait"; }'),
    ]);
    host.write("value", "edited\n");
    const answer = host.run(["drift"]);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/^host \S+, step demo: no majority\nnext: wait\n$/);
    expect(parseDrift(answer.stdout)).toMatchObject([{ subject: host.path("value") }]);
  });
});
