import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import type { RenderedFile } from "../../../scripts/cli/render.ts";
import { PROJECT_ROOT } from "../../../scripts/project.ts";
import { podman, remainsOf } from "../../../scripts/stack/containers.ts";
import type { Lab as LabOnMachine } from "../../../scripts/stack/labs.ts";
import type { Lab } from "../support/lab.ts";

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:?00 /;

/** Looking at a cluster, and at its configuration, without changing either. */
export function inspectionTests(lab: Lab): void {
  describe("render", () => {
    test("shows each file as it is on its host, with its owner and mode", async () => {
      const { code, stdout } = await lab.holdfast("render", "--json");
      expect(code).toBe(0);
      const files: RenderedFile[] = JSON.parse(stdout);
      const { hosts } = await lab.stack();
      expect(new Set(files.map(({ host }) => host))).toEqual(new Set(hosts.map(({ name }) => name)));
      for (const { name } of hosts) {
        const own = files.filter(({ host }) => host === name);
        const paths = own.map(({ path }) => path).join(" ");
        const found = await lab.on(name, `stat --format '%n %U:%G %04a' ${paths}; cat ${paths}`);
        const expected = own.map(({ path, owner, mode }) => `${path} ${owner} ${mode}\n`);
        expect(found.stdout, name).toBe([...expected, ...own.map(({ content }) => content)].join(""));
      }
    });
  });

  test("topology draws this cluster's picture", async () => {
    const file = join(tmpdir(), `${lab.name}.svg`);
    try {
      const { code } = await lab.holdfast("topology", "--svg", file);
      expect(code).toBe(0);
      expect(await readFile(file, "utf8")).toMatch(/^<svg [\s\S]*>db-3<[\s\S]*<\/svg>\n$/);
    } finally {
      await rm(file, { force: true });
    }
  });

  describe("logs", () => {
    test("shows the units of a host, or one of them, with times in UTC", async () => {
      const all = (await lab.holdfast("logs", "db-1", "--since", "1d")).stdout;
      expect(all).toMatch(/ patroni\[\d+\]: /);
      expect(all).toMatch(/ etcd\[\d+\]: /);
      const { code, stdout } = await lab.holdfast("logs", "--lines", "5", "db-1", "patroni");
      expect(code).toBe(0);
      const lines = stdout.split("\n");
      expect(lines).toHaveLength(5);
      for (const line of lines) {
        expect(line).toMatch(UTC);
        expect(line).not.toContain(" etcd[");
      }
    });

    test("begins at a time, and gives programs each entry", async () => {
      const future = new Date(Date.now() + 3_600_000).toISOString();
      expect((await lab.holdfast("logs", "db-1", "--since", future)).stdout).toBe("");
      const { stdout } = await lab.holdfast("logs", "db-1", "patroni", "--lines", "1", "--json");
      expect(JSON.parse(stdout)).toMatchObject({ _SYSTEMD_UNIT: "patroni.service", _HOSTNAME: "db-1" });
    });

    test("goes on with --follow", async () => {
      const following = execa(
        join(PROJECT_ROOT, "holdfast"),
        ["logs", "--stack", lab.name, "ops-1", "ssh", "--follow", "--since", "1s"],
        { stdin: "ignore", reject: false, timeout: 60_000 },
      );
      // Its own login is the first line; the one of the next command comes while it follows.
      await once(following.stdout, "data");
      const more = once(following.stdout, "data");
      await lab.on("ops-1", "true");
      expect(String((await more)[0])).toContain("sshd");
      following.kill();
      await following;
    });

    test("names what there is instead of what there is not", async () => {
      const host = await lab.holdfast("logs", "db-9");
      expect(host).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/no host "db-9".*\nnext: name one of: db-1/),
      });
      const unit = await lab.holdfast("logs", "proxy-1", "patroni");
      expect(unit).toMatchObject({ code: 1, stdout: "" });
      expect(unit.stderr).toMatch(
        /no unit "patroni" on proxy-1\nnext: name one of: haproxy, pgbouncer@writer, /,
      );
    });
  });

  describe("lab", () => {
    const list = async (): Promise<LabOnMachine[]> =>
      JSON.parse((await lab.machine("lab", "list", "--json")).stdout);
    const clean = (...args: string[]) => lab.machine("lab", "clean", ...args);

    test("list knows this lab as this checkout's, of a test that runs", async () => {
      const own = (await list()).find(({ name }) => name === lab.name);
      expect(own).toMatchObject({ running: 6, stopped: 0, networks: 1, known: true, test: "running" });
      expect(Date.now() - Date.parse(own?.made ?? "")).toBeLessThan(3_600_000);
    });

    test("clean leaves it alone", async () => {
      const { code, stderr } = await clean("--yes", lab.name);
      expect(code).toBe(1);
      expect(stderr).toMatch(/the test that made the lab ".*" still runs\nnext: /);
      expect((await remainsOf(lab.name)).containers).toHaveLength(6);
    });

    test("clean takes what a crashed test left, after it was told to", async () => {
      // Of a process that has ended.
      const crashed = `local-test-${spawnSync("true").pid}-crashed`;
      await podman(["volume", "create", "--label", `holdfast=${crashed}`, `holdfast-${crashed}-db-1`]);
      await podman(["volume", "create", "--label", "holdfast-services", `holdfast-services-${crashed}`]);
      await podman(["network", "create", "--label", `holdfast=${crashed}`, `holdfast-${crashed}`]);
      try {
        expect((await list()).find(({ name }) => name === crashed)).toMatchObject({
          volumes: 1,
          test: "gone",
        });
        const asked = await clean(crashed);
        expect(asked.code).toBe(1);
        expect(asked.stdout).toContain(
          `${crashed}, left by a test whose process is gone: 0 hosts (0 running), 1 volume`,
        );
        expect(asked.stderr).toMatch(/nobody is there to say yes\nnext: .*--yes/);
        expect((await remainsOf(crashed)).volumes).toHaveLength(1);
        expect((await clean("--yes", crashed)).stdout).toContain(`removed: ${crashed}`);
        expect(await remainsOf(crashed)).toEqual({ containers: [], volumes: [], networks: [] });
        const services = await podman(["volume", "exists", `holdfast-services-${crashed}`]);
        expect(services.exitCode).toBe(1);
      } finally {
        await clean("--yes", crashed);
      }
    });
  });
}
