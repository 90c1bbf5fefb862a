import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runsEngine } from "../../../../scripts/stack/lock.ts";

/** A machine that is busy starts and ends programs late. */
const IN_TIME = { timeout: 15_000 };

describe.skipIf(!existsSync("/proc/self"))("the holder of a lock (needs Linux)", () => {
  let folder: string;
  let engine: string;
  let started: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-lock-"));
    engine = join(folder, "pulumi");
    symlinkSync("/bin/sleep", engine);
  });
  afterEach(() => {
    started?.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  test("is an engine that runs, and no more after it was killed", async () => {
    started = spawn(engine, ["60"], { stdio: "ignore" });
    await once(started, "spawn");
    const pid = Number(started.pid);
    await vi.waitFor(() => expect(runsEngine(pid)).toBe(true), IN_TIME);
    const ended = once(started, "exit");
    started.kill("SIGKILL");
    await ended;
    expect(runsEngine(pid)).toBe(false);
  });

  test("is not one that has ended and that nobody has asked about yet", async () => {
    // The shell becomes a program that never asks about its children.
    const shell = spawn("sh", ["-c", '"$0" 60 & echo $!; exec sleep 60', engine], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    started = shell;
    const [line] = await once(createInterface({ input: shell.stdout }), "line");
    const pid = Number(line);
    // Before that the shell would ask, and the child have no name of its own.
    const nameOf = (process: number | undefined) => readFileSync(`/proc/${process}/comm`, "utf8").trim();
    await vi.waitFor(() => expect([nameOf(shell.pid), nameOf(pid)]).toEqual(["sleep", "pulumi"]), IN_TIME);
    process.kill(pid, "SIGKILL");
    await vi.waitFor(
      () => expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toContain("(pulumi) Z"),
      IN_TIME,
    );
    expect(runsEngine(pid)).toBe(false);
  });

  test("is not another program that has got its number", async () => {
    started = spawn("/bin/sleep", ["60"], { stdio: "ignore" });
    await once(started, "spawn");
    expect(runsEngine(Number(started.pid))).toBe(false);
  });
});
