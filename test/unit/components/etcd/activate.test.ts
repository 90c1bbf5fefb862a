import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManagedFile } from "../../../../components/remote/managed-file.ts";
import { AGENT_RUNS_HERE, AgentHost } from "../../../support/agent.ts";
import { fixtureFile } from "../../../support/fixtures.ts";

let host: AgentHost;
beforeEach(() => {
  host = new AgentHost();
  // The volume as the test says; everything else would be noticed: nothing of it is to be called.
  host.command("mountpoint", `[[ -e ${host.path("mounted")} ]]`);
  host.command(
    "find",
    `if [[ -e ${host.path("broken")} ]]; then echo "find: Input/output error" >&2; exit 1; fi`,
  );
  for (const daemon of ["systemctl", "etcdctl", "curl"]) {
    host.command(daemon, `echo "$0 $*" >>${host.path("called")}; exit 1`);
  }
  host.write("called", "");
});
afterEach(() => host.remove());

const script = (): ManagedFile => {
  const text = fixtureFile("local", "db-1", "/usr/local/lib/holdfast/etcd.sh");
  return host.script("etcd", text.replace("data_dir=/srv/data/etcd", `data_dir=${host.path("data")}`));
};
const called = () => host.read("called").replaceAll(/^.*systemctl is-active .*\n/gm, "");

describe.skipIf(!AGENT_RUNS_HERE)("etcd on a host without its data (needs Linux)", () => {
  test("does nothing where the volume is not mounted: its data is elsewhere, and not lost", () => {
    const { code, stderr } = host.install("etcd", [script()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /step etcd: the data volume is not mounted at \/srv\/data\nnext: mount it, then run the update again/,
    );
    expect(called()).toBe("");
  });

  test("does nothing where the data cannot be read", () => {
    for (const file of ["mounted", "broken", "data/member/wal/0.wal"]) host.write(file, "");
    const { code, stderr } = host.install("etcd", [script()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/step etcd: etcd's data cannot be read: find: Input\/output error\nnext: /);
    expect(called()).toBe("");
  });
});
