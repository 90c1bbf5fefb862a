import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { renderBundle } from "../../../../components/remote/managed-file.ts";
import { parseDrift } from "../../../../scripts/stack/drift.ts";
import { AGENT_RUNS_HERE, AgentHost, type Answer } from "../../../support/agent.ts";

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
});
afterEach(() => host.remove());

/**
 * A daemon that never answers when its file says "hangs", and refuses "bad". It notes what it was told to use. That somebody
 * waits for it, says a process of its own: before there is one, a signal would not end the wait.
 */
const files = (text: string) => [
  host.file("a.conf", `${text}\n`),
  host.script(
    "demo",
    `apply() { cat ${host.path("a.conf")} >>${host.path("used")}; }
verify() {
  if grep -q hangs ${host.path("a.conf")}; then bash -c 'touch ${host.path("hanging")}; exec sleep 60'; fi
  if grep -q bad ${host.path("a.conf")}; then fail "does not answer" "mend it"; fi
}`,
  ),
];
const install = (text: string) => host.install("demo", files(text));
const used = () => host.read("used").trim().split("\n");

/** Activates what hangs, in the way of a step whose time is up meanwhile: `timeout` ends the whole group, too. */
function activateUntil(signal: "TERM" | "KILL"): Answer {
  host.stage("demo", files("hangs"));
  const ended = `set -m
"$@" &
for _ in {1..1500}; do [[ -e ${host.path("hanging")} ]] && break; sleep 0.02; done
kill -${signal} -- -$!
wait $!`;
  return host.run(["activate", "demo"], "", ["bash", "-c", ended, "bash"]);
}

describe.skipIf(!AGENT_RUNS_HERE)("an activation that is interrupted (needs Linux)", () => {
  test("by the end of its time goes back to the files of before, and says so", () => {
    install("good");
    const { stderr } = activateUntil("TERM");
    expect(stderr).toMatch(/^host .*, step demo: it was ended in "verify", because it took too long/m);
    expect(stderr).toMatch(/^next: look at the daemon's log/m);
    expect(stderr).toContain("put back the files of before");
    expect(host.read("a.conf")).toBe("good\n");
    expect(used()).toEqual(["good", "hangs", "good"]);
  });

  test("by a kill leaves the files of before to the next one, which goes back to them when it fails", () => {
    install("good");
    activateUntil("KILL");
    expect(host.read("a.conf")).toBe("hangs\n");
    expect(install("bad").code).toBe(1);
    expect(host.read("a.conf")).toBe("good\n");
    expect(used().at(-1)).toBe("good");
    // All is as it was: nothing to do, and nothing kept.
    expect(install("good")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(existsSync(`${host.folder}/state/before/demo`)).toBe(false);
  });

  test("by a kill is found by who looks for drift, though every file is in place", () => {
    install("good");
    activateUntil("KILL");
    expect(parseDrift(host.run(["drift"]).stdout)).toMatchObject([
      { subject: host.path("a.conf"), state: "waiting", contentDiffers: false },
    ]);
  });
});

describe.skipIf(!AGENT_RUNS_HERE)("a bundle that did not arrive whole (needs Linux)", () => {
  const whole = () => renderBundle(files("new"));

  test("is refused wherever it was cut, and what was staged before stays", () => {
    install("good");
    const text = whole();
    for (const length of [0, 1, 20, Math.floor(text.length / 2), text.length - "end\n".length]) {
      const answer = host.run(["stage", "demo", "files"], text.slice(0, length));
      expect([length, answer.code]).toEqual([length, 1]);
      expect(answer.stderr).toContain('step demo: the bundle "files" could not be read');
    }
    expect(host.run(["activate", "demo"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(host.read("a.conf")).toBe("good\n");
  });
});

const isRoot = process.getuid?.() === 0;

describe.skipIf(!AGENT_RUNS_HERE || !isRoot)("a file system without space (needs Linux and root)", () => {
  const mounts: string[] = [];
  const full = (folder: string) => {
    mkdirSync(folder, { recursive: true });
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "none", folder]).status).toBe(0);
    mounts.push(folder);
  };
  afterEach(() => {
    for (const folder of mounts.splice(0)) spawnSync("umount", [folder]);
  });
  const fill = (folder: string) =>
    spawnSync("sh", ["-c", `head -c 1M /dev/zero >${folder}/ballast 2>/dev/null; true`]);

  test("where the files of before are kept leaves the daemon's files alone, and is named", () => {
    full(`${host.folder}/state/before`);
    install("good");
    host.stage("demo", files("new"));
    fill(`${host.folder}/state/before`);
    const { code, stderr } = host.run(["activate", "demo"]);
    expect(code).toBe(1);
    expect(stderr).toContain("step demo: could not write below");
    expect(stderr).toContain("next: make space");
    expect(host.read("a.conf")).toBe("good\n");

    rmSync(`${host.folder}/state/before/ballast`);
    expect(host.run(["activate", "demo"]).code).toBe(0);
    expect(host.read("a.conf")).toBe("new\n");
  });

  test("where the daemon's files are leaves them whole, and is named", () => {
    const place = host.path("etc");
    full(place);
    const big = (letter: string) => [host.file("etc/big.conf", `${letter.repeat(6000)}\n`)];
    expect(host.install("demo", big("a")).code).toBe(0);
    fill(place);
    const { code, stderr } = host.install("demo", big("b"));
    expect(code).toBe(1);
    expect(stderr).toContain(`could not write ${place}/big.conf`);
    expect(stderr).toContain("next: see whether its file system has space");
    expect(readFileSync(`${place}/big.conf`, "utf8")).toBe(`${"a".repeat(6000)}\n`);
    expect(existsSync(`${place}/big.conf.holdfast`)).toBe(false);
  });
});
