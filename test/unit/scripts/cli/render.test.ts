import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { filesAsText, notRendered, render, renderedFiles } from "../../../../scripts/cli/render.ts";
import { PROJECT_ROOT } from "../../../../scripts/project.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

let folder: string;
const shown: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-render-"));
  for (const stream of ["stdout", "stderr"] as const) {
    shown[stream] = "";
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      shown[stream] += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const CONFIG = "db-2/etc/patroni/config.yml";
const out = (name = "out") => join(folder, name);
const rendered = () => render({ stack: "local", out: out() });

describe("the default stack's files", () => {
  test("go to standard output, each below a line that says whose and what it is", async () => {
    await render({ stack: "local" });
    expect(shown.stdout).toContain(
      `==> db-2 /etc/patroni/config.yml root:postgres 0640 <==\n${fixtureFile("local", "db-2", "/etc/patroni/config.yml")}\n==> db-2 `,
    );
    expect(shown.stdout).not.toContain("not rendered");
    expect(shown.stderr).toMatch(/^not rendered, .*\n {2}\/etc\/etcd\/tls\/ca\.crt \(db-1, db-2, db-3\)\n/);
  });

  test("go into a folder, with their modes", async () => {
    await rendered();
    expect(readFileSync(join(out(), CONFIG), "utf8")).toBe(
      fixtureFile("local", "db-2", "/etc/patroni/config.yml"),
    );
    expect(statSync(join(out(), CONFIG)).mode & 0o777).toBe(0o640);
    expect(statSync(join(out(), "ops-1/usr/local/lib/holdfast/agent")).mode & 0o777).toBe(0o755);
    const files = await renderedFiles({ name: "local", plan: fixturePlan("local"), container: true });
    expect(shown.stdout).toBe(`${files.length} files of 6 hosts are in ${out()}\n`);
  });

  test("are JSON for programs, and nothing else is there", async () => {
    await render({ stack: "local", json: true });
    const files: unknown = JSON.parse(shown.stdout);
    expect(files).toContainEqual({
      host: "proxy-1",
      path: "/etc/haproxy/haproxy.cfg",
      owner: "root:haproxy",
      mode: "0640",
      content: fixtureFile("local", "proxy-1", "/etc/haproxy/haproxy.cfg"),
    });
  });
});

test("whoever reads the output may end before it does", () => {
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["-o", "pipefail", "-c", "./holdfast render | head -n 1"],
    {
      cwd: PROJECT_ROOT,
      encoding: "utf8",
    },
  );
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: "==> db-1 /etc/apt/apt.conf.d/60-holdfast root:root 0644 <==\n",
  });
  expect(stderr).not.toContain("EPIPE");
});

describe("a folder", () => {
  test("of an earlier render is replaced, and what nobody renders any more goes", async () => {
    await rendered();
    // As if that render had been of another configuration.
    const mark = join(out(), ".holdfast-render");
    writeFileSync(join(out(), "db-2/etc/patroni/old.yml"), "old\n");
    writeFileSync(mark, `${readFileSync(mark, "utf8")}db-2/etc/patroni/old.yml\n`);
    chmodSync(join(out(), CONFIG), 0o600);
    writeFileSync(join(out(), CONFIG), "edited\n");
    await rendered();
    expect(readFileSync(join(out(), CONFIG), "utf8")).toContain("scope: local");
    expect(statSync(join(out(), CONFIG)).mode & 0o777).toBe(0o640);
    expect(existsSync(join(out(), "db-2/etc/patroni/old.yml"))).toBe(false);
    expect(readFileSync(mark, "utf8")).not.toContain("old.yml");
  });

  test("with anything that render did not write is refused and left as it is", async () => {
    await rendered();
    writeFileSync(join(out(), "db-2/notes"), "mine\n");
    writeFileSync(join(out(), CONFIG), "edited\n");
    await expect(rendered()).rejects.toThrow(
      /holds what render did not write: db-2\/notes\nnext: name an empty/,
    );
    expect(readFileSync(join(out(), "db-2/notes"), "utf8")).toBe("mine\n");
    expect(readFileSync(join(out(), CONFIG), "utf8")).toBe("edited\n");
  });

  test("that a person filled is refused", async () => {
    writeFileSync(join(folder, "mine"), "");
    await expect(render({ stack: "local", out: folder })).rejects.toThrow(/did not write: mine/);
  });

  test("must not be a file", async () => {
    writeFileSync(out(), "");
    await expect(rendered()).rejects.toThrow(/is no folder\nnext: name another one with --out/);
  });
});

test("what is not known beforehand is named by its path: keys, certificates, passwords, and no known file", async () => {
  const plan = fixturePlan("local");
  const text = notRendered({ plan });
  for (const path of [
    "/etc/etcd/tls/etcd.key",
    "/etc/postgresql/tls/server.crt",
    "/etc/holdfast/secrets/passwords.json",
  ]) {
    expect(text).toContain(`  ${path} (db-1, db-2, db-3)\n`);
  }
  expect(text).toContain("  /etc/haproxy/tls/haproxy.key (proxy-1, proxy-2)\n");
  for (const { path } of await renderedFiles({ name: "local", plan, container: true })) {
    expect(text).not.toContain(` ${path} `);
  }
});

test("one file follows the other after an empty line", () => {
  const file = { host: "db-1", owner: "root:root", mode: "0644" };
  expect(
    filesAsText([
      { ...file, path: "/a", content: "1\n" },
      { ...file, path: "/b", content: "2\n" },
    ]),
  ).toBe("==> db-1 /a root:root 0644 <==\n1\n\n==> db-1 /b root:root 0644 <==\n2\n");
});
