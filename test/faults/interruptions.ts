import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { podman } from "../../scripts/stack/containers.ts";
import { eventually, type Lab, wholeCluster } from "../lab/support/lab.ts";

const MEMBERS = ["db-1", "db-2", "db-3"];

/** Whatever is interrupted, concurrent or taken away: the next update converges, or says who is in the way. */
export function interruptionTests(lab: Lab, settings: Readonly<Record<string, unknown>>): void {
  const container = (host: string) => `holdfast-${lab.name}-${host}`;
  const identities = async (...hosts: string[]) =>
    (await podman(["inspect", "--format", "{{.Id}}", ...hosts.map(container)])).stdout;
  const starts = (hosts: readonly string[]) =>
    Promise.all(hosts.map((host) => lab.sql(host, "SELECT pg_postmaster_start_time()")));
  /** An update in a process group of its own, which can be killed as a whole. */
  const startUp = () =>
    execa("./holdfast", ["up", "--stack", lab.name], {
      cwd: PROJECT_ROOT,
      reject: false,
      stdin: "ignore",
      detached: true,
      timeout: 300_000,
    });
  const workMem = (value: string) =>
    lab.configure({ ...settings, postgres: { settings: { work_mem: value } } });
  const converges = async () => {
    const up = await lab.holdfast("up");
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
  };

  describe("an update", () => {
    afterAll(async () => {
      await lab.configure(settings);
      await lab.holdfast("up");
    });

    test("refuses a second one at once, and says who has the stack", async () => {
      await workMem("9MB");
      const first = startUp();
      await eventually(
        "the first update has the lock",
        60,
        async () =>
          (
            await execa(
              "sh",
              ["-c", `ls .holdfast/state/.pulumi/locks/organization/holdfast/${lab.name}/*.json`],
              {
                cwd: PROJECT_ROOT,
                reject: false,
              },
            )
          ).exitCode === 0,
      );
      const second = await lab.holdfast("up");
      expect(second.code).toBe(1);
      expect(second.seconds).toBeLessThan(15);
      expect(second.stderr).toMatch(
        /another update has the stack ".*": \w+ on \S+, process \d+, since .*\nnext: wait until it has ended\. .*pulumi cancel/,
      );
      const { exitCode, stderr } = await first;
      expect(exitCode, stderr).toBe(0);
    });

    test("converges after the connection to a host was cut in the middle of a step", async () => {
      await workMem("11MB");
      const cut = startUp();
      await eventually(
        "a step runs on db-2",
        60,
        async () =>
          (await podman(["exec", container("db-2"), "pgrep", "-f", "agent (stage|activate)"])).exitCode === 0,
      );
      await podman(["exec", container("db-2"), "pkill", "-KILL", "-f", "sshd-session: admin|sshd: admin"]);
      await cut;
      await converges();
      expect(await lab.sql("db-2", "SHOW work_mem")).toBe("11MB");
    });
  });

  describe("a host that was destroyed by hand", () => {
    test.each([
      { what: "without its volume", volume: false },
      { what: "with its volume: it is refilled from the leader", volume: true },
    ])("$what is made anew by the next update, and the others are left alone", async ({ volume }) => {
      const { leader, members } = await wholeCluster(lab, 60);
      const host = String(members.find((member) => member.name !== leader)?.name);
      const others = MEMBERS.filter((name) => name !== host);
      const before = [await identities(...others), await starts(others)];
      await podman(["rm", "--force", "--time", "1", container(host)]);
      if (volume) await podman(["volume", "rm", "--force", container(host)]);

      const up = await lab.holdfast("up");
      expect(up.code, up.stdout + up.stderr).toBe(0);
      expect(up.stderr).toContain(`${host} is gone from this machine: it is made anew`);
      expect(up.stderr).toContain(
        volume
          ? `the volumes of ${host} are gone as well, and are refilled`
          : "a volume that is left is used again",
      );
      lab.forget();
      expect((await wholeCluster(lab, 60)).leader).toBe(leader);
      expect([await identities(...others), await starts(others)]).toEqual(before);
      expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
    });
  });

  test("after a reboot of the whole machine the lab comes back with the same command", async () => {
    const all = ["db-1", "db-2", "db-3", "proxy-1", "proxy-2", "ops-1"].map(container);
    await podman(["kill", ...all]);
    const up = await lab.holdfast("up");
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect(up.stdout).toContain("Nothing changes");
    await wholeCluster(lab, 60);
  });

  describe("hosts that have to be made anew", () => {
    const memory = (size: string) =>
      lab.configure({ ...settings, hosts: { database: { memory: size }, proxy: { memory: "400MiB" } } });
    afterAll(() => lab.configure(settings));

    test("are refused all at once by the engine's own command", async () => {
      await memory("1100MiB");
      const preview = await lab.activated("pulumi preview --non-interactive");
      expect(preview.code).not.toBe(0);
      expect(preview.stdout).toContain("db-1, db-2, db-3 anew at the same time; use ./holdfast up");
    });

    test("need a yes, and then go one after the other, the primary after a switchover", async () => {
      expect((await lab.holdfast("up")).stderr).toContain("run the command again with --yes");
      const before = await identities(...MEMBERS);
      const up = await lab.holdfast("up", "--yes");
      expect(up.code, up.stdout + up.stderr).toBe(0);
      lab.forget();
      const order = up.stderr.match(/making (\S+) anew|(\S+) hands over/g);
      expect(order?.slice(0, 2)).toEqual(["making proxy-1 anew", "making proxy-2 anew"]);
      expect(order?.slice(2)).toHaveLength(4);
      expect(order?.at(-2)).toMatch(/db-\d hands over/);
      expect((await identities(...MEMBERS)).split("\n").some((id) => before.includes(id))).toBe(false);
      await wholeCluster(lab, 60);
      expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
    });
  });
}
