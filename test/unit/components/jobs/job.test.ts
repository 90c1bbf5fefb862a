import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { PROJECT_ROOT } from "../../../../scripts/project.ts";
import { Sink } from "./sink.ts";

const PROGRAM = join(PROJECT_ROOT, "components/jobs/job.py");
const KEY = "R".repeat(32);

let folder: string;
let sink: Sink;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-job-"));
  sink = await Sink.open();
  program("logger", `cat >>${folder}/journal`);
  program("journalctl", `echo "$*" >>${folder}/asked; printf 'first line\\nthe disk is full\\n'`);
  program("systemctl", `echo "$*" >>${folder}/asked-systemd`);
  program("systemd-run", `echo "$*" >>${folder}/again`);
  notifies({ slack: { url: sink.url("/slack") }, pagerduty: { url: sink.url("/pd"), routingKey: KEY } });
});
afterEach(() => {
  sink.close();
  rmSync(folder, { recursive: true });
});

/** Stands in for a program of the host's. */
function program(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/bash\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

function notifies(where: object): void {
  writeFileSync(
    join(folder, "notify.json"),
    JSON.stringify({ cluster: "orders", host: "ops-1", onSuccess: ["restore-test"], ...where }),
  );
}

const call = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) => {
    const child = spawn("python3", ["-B", PROGRAM, ...args], {
      env: {
        PATH: `${folder}:${process.env["PATH"]}`,
        HOLDFAST_JOB_STATE: join(folder, "state"),
        HOLDFAST_JOB_METRICS: join(folder, "metrics"),
        HOLDFAST_NOTIFY: join(folder, "notify.json"),
        ...environment,
      },
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("close", (code) => resolve({ code, stderr }));
  });

/** A run of a job from its beginning to this end, as systemd tells of it. */
async function run(name: string, result: string, status = "0", retries = 0): Promise<void> {
  for (const [args, environment] of [
    [["begin", name, String(retries), "60"], {}],
    [["end", name], { SERVICE_RESULT: result, EXIT_STATUS: status, INVOCATION_ID: "abc123" }],
  ] as const) {
    expect(await call(args, environment)).toEqual({ code: 0, stderr: "" });
  }
}

const metrics = (name: string): Record<string, number> =>
  Object.fromEntries(
    readFileSync(join(folder, "metrics", `job-${name}.prom`), "utf8")
      .trim()
      .split("\n")
      .map((line) => {
        const [, key = "", job, value] = /^holdfast_job_(\w+)\{job="([^"]+)"\} (\S+)$/.exec(line) ?? [];
        expect(job).toBe(name);
        return [key, Number(value)];
      }),
  );
const state = (name: string) => JSON.parse(readFileSync(join(folder, "state", `${name}.json`), "utf8"));
const journal = () => readFileSync(join(folder, "journal"), "utf8");
const paths = () => sink.received.map(({ path }) => path);
const eventSchema = z.object({ event_action: z.string(), dedup_key: z.string(), routing_key: z.string() });

describe("a job that succeeds", () => {
  test("is noted, in the journal by fields of their own, and nobody is told", async () => {
    const before = Date.now() / 1000;
    await run("barman-backup", "success");
    const found = metrics("barman-backup");
    expect(found).toMatchObject({ success: 1, running: 0, attempts: 1, notification_failures_total: 0 });
    for (const key of ["last_start", "last_end", "last_success"]) {
      expect(found[`${key}_timestamp_seconds`]).toBeGreaterThanOrEqual(Math.floor(before));
    }
    expect(journal()).toMatch(
      /MESSAGE=barman-backup succeeded after \S+ s\nPRIORITY=6\n(.*\n)*HOLDFAST_JOB=barman-backup\nHOLDFAST_RESULT=success\n/,
    );
    expect(sink.received).toEqual([]);
  });

  test("is told of where the configuration names it", async () => {
    await run("restore-test", "success");
    expect(sink.received).toEqual([
      {
        path: "/slack",
        body: { text: expect.stringMatching(/^orders: restore-test succeeded after \d+ s$/) },
      },
    ]);
  });

  test("shows as running meanwhile", async () => {
    await call(["begin", "barman-backup", "0", "60"]);
    expect(metrics("barman-backup")).toMatchObject({ running: 1 });
  });
});

describe("a job that fails", () => {
  test.each([
    ["exit-code", "3", "exit code 3"],
    ["timeout", "TERM", "its time was up"],
    ["signal", "KILL", "signal KILL"],
    ["oom-kill", "KILL", "out of memory"],
  ])("by %s is told of, with its last lines", async (result, status, words) => {
    await run("barman-backup", result, status);
    expect(metrics("barman-backup")).toMatchObject({ success: 0, last_success_timestamp_seconds: 0 });
    const summary = expect.stringMatching(
      new RegExp(`^orders: barman-backup failed \\(${words}\\) after \\d+ s`),
    );
    expect(sink.received).toEqual([
      { path: "/slack", body: { text: summary } },
      {
        path: "/pd",
        body: {
          routing_key: KEY,
          event_action: "trigger",
          dedup_key: "holdfast/orders/barman-backup",
          payload: {
            summary,
            source: "ops-1",
            severity: "warning",
            component: "barman-backup",
            group: "orders",
            class: "job",
            custom_details: { log: ["first line", "the disk is full"] },
          },
        },
      },
    ]);
    expect(sink.received[0]?.body).toEqual({
      text: expect.stringContaining("```\nfirst line\nthe disk is full\n```"),
    });
    expect(readFileSync(join(folder, "asked"), "utf8")).toContain("_SYSTEMD_INVOCATION_ID=abc123");
    expect(journal()).toContain("PRIORITY=3\n");
  });

  test("is tried again as often as it may be, and only then told of", async () => {
    await run("barman-backup", "exit-code", "1", 2);
    await run("barman-backup", "exit-code", "1", 2);
    expect(sink.received).toEqual([]);
    expect(readFileSync(join(folder, "again"), "utf8").trim().split("\n")).toEqual(
      Array(2).fill(
        "--quiet --collect --on-active=60 --unit=barman-backup-again systemctl start --no-block barman-backup.service",
      ),
    );
    // One that somebody starts before is this attempt, and not another one.
    expect(readFileSync(join(folder, "asked-systemd"), "utf8")).toBe(
      "stop barman-backup-again.timer\n".repeat(2),
    );
    const started = metrics("barman-backup")["last_start_timestamp_seconds"];
    await run("barman-backup", "exit-code", "1", 2);
    expect(paths()).toEqual(["/slack", "/pd"]);
    // One run, from its first attempt on, and one failure for the report.
    expect(state("barman-backup")).toMatchObject({ failures: [{ reason: "exit code 1" }] });
    expect(metrics("barman-backup")).toMatchObject({ attempts: 3, last_start_timestamp_seconds: started });
    await run("barman-backup", "success", "0", 2);
    expect(metrics("barman-backup")).toMatchObject({ attempts: 1 });
    expect(state("barman-backup").failures).toHaveLength(1);
  });

  test("and is well again resolves its incident, once", async () => {
    await run("barman-check", "exit-code", "1");
    await run("barman-check", "success");
    await run("barman-check", "success");
    expect(paths()).toEqual(["/slack", "/pd", "/slack", "/pd"]);
    const events = sink.received
      .filter(({ path }) => path === "/pd")
      .map(({ body }) => eventSchema.parse(body));
    expect(events.map((event) => event.event_action)).toEqual(["trigger", "resolve"]);
    expect(new Set(events.map((event) => event.dedup_key)).size).toBe(1);
  });
});

describe("after a boot", () => {
  const boot = (state = "inactive") => {
    program("systemctl", `echo ${state}`);
    return call(["boot"]);
  };

  test("a run that was under way has failed, and is tried again as often as it may be", async () => {
    await call(["begin", "barman-backup", "1", "60"]);
    expect(await boot()).toEqual({ code: 0, stderr: "" });
    expect(metrics("barman-backup")).toMatchObject({ running: 0 });
    expect(readFileSync(join(folder, "again"), "utf8")).toContain(
      "--on-active=60 --unit=barman-backup-again ",
    );
    expect(journal()).toMatch(
      /MESSAGE=barman-backup failed \(its host went down meanwhile\) after \S+ s, and is tried again\nPRIORITY=3/,
    );
    expect(sink.received).toEqual([]);
    await call(["begin", "barman-backup", "1", "60"]);
    await boot();
    expect(metrics("barman-backup")).toMatchObject({ attempts: 2, success: 0 });
    expect(paths()).toEqual(["/slack", "/pd"]);
    // It is told of once.
    await boot();
    expect(paths()).toEqual(["/slack", "/pd"]);
  });

  test("one that waited to be tried again still is", async () => {
    await run("barman-backup", "exit-code", "1", 1);
    rmSync(join(folder, "again"));
    await boot();
    expect(readFileSync(join(folder, "again"), "utf8")).toContain("--unit=barman-backup-again ");
  });

  test("one that has begun since is left alone, and so is one that had ended", async () => {
    await run("restore-test", "success");
    await call(["begin", "barman-backup", "1", "60"]);
    await boot("activating");
    expect(metrics("barman-backup")).toMatchObject({ running: 1 });
    expect(metrics("restore-test")).toMatchObject({ success: 1 });
    expect(existsSync(join(folder, "again"))).toBe(false);
  });
});

describe("a message", () => {
  test("is sent again when the other side has trouble, and not when it is refused", async () => {
    notifies({ slack: { url: sink.url("/slack") } });
    sink.answers = [500, 200];
    await run("barman-backup", "exit-code", "1");
    expect(paths()).toEqual(["/slack", "/slack"]);
    sink.answers = [404];
    await run("barman-backup", "exit-code", "1");
    expect(paths()).toHaveLength(3);
    expect(metrics("barman-backup")).toMatchObject({ notification_failures_total: 1 });
    expect(journal()).toContain("MESSAGE=slack was not told of barman-backup: 404\n");
    // The address is as good as a password.
    expect(journal()).not.toContain("127.0.0.1");
  });

  test("that reaches nobody does not keep the job's own record from being written", async () => {
    notifies({ slack: { url: "http://127.0.0.1:1/slack" } });
    await run("barman-backup", "exit-code", "1");
    expect(metrics("barman-backup")).toMatchObject({ success: 0, notification_failures_total: 1 });
  }, 20_000);

  test("is for nobody where nobody is named", async () => {
    notifies({});
    await run("barman-backup", "exit-code", "1");
    rmSync(join(folder, "notify.json"));
    await run("barman-backup", "exit-code", "1");
    expect(sink.received).toEqual([]);
  });
});
