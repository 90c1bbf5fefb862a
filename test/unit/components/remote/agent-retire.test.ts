import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
  // A systemd that notes what it is told, with one unit that may be there or not.
  host.write("log", "");
  host.command(
    "systemctl",
    `cd ${host.path("")}
if [[ $1 == is-* ]]; then [[ -e there ]]; exit; fi
echo "$@" >>log
if [[ -e refuses && $1 == disable ]]; then exit 1; fi`,
  );
});
afterEach(() => host.remove());

const retire = () => host.install("all", [host.script("all", "apply() { retire extra extra.service; }")]);
const extra = () => host.install("extra", [host.file("extra.conf", "1\n"), host.script("extra", "")]);
const stateOf = (kind: string) => existsSync(join(host.folder, "state", kind, "extra"));
const told = () => host.read("log").split("\n").filter(Boolean);

describe.skipIf(!AGENT_RUNS_HERE)("a component that is no longer configured (needs Linux)", () => {
  test("stops, and leaves neither files nor what drift would look for", () => {
    expect(extra().code).toBe(0);
    host.write("there", "");
    host.write("data", "kept\n");
    expect(retire()).toMatchObject({ code: 0, stderr: "" });
    expect(told()).toEqual(["disable --quiet --now extra.service", "daemon-reload"]);
    expect(existsSync(host.path("extra.conf"))).toBe(false);
    expect([stateOf("staged"), stateOf("active"), stateOf("before")]).toEqual([false, false, false]);
    expect(host.read("data")).toBe("kept\n");
    expect(host.run(["drift"])).toMatchObject({ code: 0, stdout: "" });
  });

  test("is no more spoken of from then on, as one that never was", () => {
    expect(extra().code).toBe(0);
    expect(retire().code).toBe(0);
    host.write("log", "");
    expect(retire().stdout).not.toContain("extra");
    expect(told()).toEqual([]);
  });

  test("goes also when its unit never came to be", () => {
    expect(host.stage("extra", [host.file("extra.conf", "1\n")]).code).toBe(0);
    expect(retire().code).toBe(0);
    expect(told()).toEqual(["daemon-reload"]);
    expect(stateOf("staged")).toBe(false);
  });

  test("keeps its files when it does not stop, and says so", () => {
    expect(extra().code).toBe(0);
    host.write("there", "");
    host.write("refuses", "");
    expect(retire()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("extra.service did not stop"),
    });
    expect(host.read("extra.conf")).toBe("1\n");
    expect(stateOf("staged")).toBe(true);
  });
});
