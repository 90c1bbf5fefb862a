import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { archiveFiles, arrivalFiles } from "../../../../components/barman/archive.ts";
import { barmanFiles } from "../../../../components/barman/files.ts";
import { firstHost } from "../../../support/fixtures.ts";
import { folder, plan, program, run, script } from "./scripts-in-folder.ts";

describe("a WAL file on its way into the catalogue", () => {
  const name = "0000000200000003000000FE";
  const server = () => join(folder, "server");
  const hook = (file: string, segment: string) =>
    run(script(barmanFiles(plan), "keep-for-bucket", { queue: join(folder, "queue") }), [], {
      BARMAN_FILE: file,
      BARMAN_SEGMENT: segment,
    });
  const arrived = (segment: string) => {
    const file = join(server(), "streaming", segment);
    writeFileSync(file, "wal");
    return file;
  };

  beforeEach(() => {
    for (const each of ["queue", "server/streaming", "server/wals/0000000200000003"]) {
      mkdirSync(join(folder, each), { recursive: true });
    }
  });

  test("gets a second name in the queue of the bucket, and no copy", () => {
    const file = arrived(name);
    expect(hook(file, name).status).toBe(0);
    expect(statSync(join(folder, "queue", name)).ino).toBe(statSync(file).ino);
  });

  test("is not sent a second time when it comes a second time", () => {
    writeFileSync(join(server(), "wals/0000000200000003", name), "compressed");
    expect(hook(arrived(name), name).status).toBe(0);
    expect(existsSync(join(folder, "queue", name))).toBe(false);
    writeFileSync(join(server(), "wals/00000002.history"), "history");
    expect(hook(arrived("00000002.history"), "00000002.history").status).toBe(0);
    expect(existsSync(join(folder, "queue", "00000002.history"))).toBe(false);
  });

  test("stays where it is while the queue cannot take it", () => {
    rmSync(join(folder, "queue"), { recursive: true });
    expect(hook(arrived(name), name).status).not.toBe(0);
  });
});

describe("who comes with a member's key", () => {
  const order = (command: string | undefined, mount = "/") => {
    program("barman", 'echo "barman $*"');
    return run(script(arrivalFiles(plan), "put-wal", { mount }), [], {
      ...(command === undefined ? {} : { SSH_ORIGINAL_COMMAND: command }),
    });
  };
  const { cluster } = plan.topology;

  test.each([`barman put-wal ${cluster}`, `barman put-wal ${cluster} --test`])("may say: %s", (command) => {
    expect(order(command)).toMatchObject({ status: 0, stdout: `${command}\n` });
  });

  test.each([
    undefined,
    "",
    "barman put-wal another",
    `barman put-wal ${cluster}; id`,
    `barman put-wal ${cluster} --config /tmp/x`,
    `barman delete ${cluster} oldest`,
  ])("may not say: %s", (command) => {
    const { status, stderr, stdout } = order(command);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`this key is for WAL files of the cluster ${cluster} alone`);
  });

  test("gets restored data when an operator has made it ready for the cluster, and no sooner", () => {
    const recovery = join(folder, "restore");
    mkdirSync(join(recovery, "data"), { recursive: true });
    writeFileSync(join(recovery, "data/PG_VERSION"), "17\n");
    const send = (state: string) => {
      writeFileSync(`${recovery}.status`, `{"state": "${state}"}\n`);
      return run(script(arrivalFiles(plan), "put-wal", { mount: "/", recovery }), [], {
        SSH_ORIGINAL_COMMAND: "send-recovered",
      });
    };
    expect(send("open")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: "there is no restored data for the cluster here\n",
    });
    const { status, stdout } = send("ready");
    expect(status).toBe(0);
    expect(stdout).toContain("./PG_VERSION");
  });

  test("hears that the volume is not mounted, and nothing is written below it", () => {
    const { status, stderr } = order(`barman put-wal ${cluster}`, folder);
    expect(status).toBe(1);
    expect(stderr).toContain(`Barman's volume is not mounted at ${folder}`);
  });
});

describe("archive_command", () => {
  const archive = (keepFree: number) =>
    run(
      script(archiveFiles(plan, firstHost(plan, "operations")), "archive-wal", {
        keep_free: String(keepFree),
        let_go: join(folder, "let-go"),
      }),
      ["pg_wal/0000000100000000000000AB"],
    );

  test("hands the file over to Barman's host, by name", () => {
    program("barman-wal-archive", 'echo "$*" >"$(dirname "$0")/called"');
    expect(archive(10).status).toBe(0);
    const { fqdn } = firstHost(plan, "operations");
    expect(readFileSync(join(folder, "called"), "utf8")).toBe(
      `--user barman ${fqdn} ${plan.topology.cluster} pg_wal/0000000100000000000000AB\n`,
    );
  });

  test("fails as long as there is space, so that the file is kept and tried again, and says why", () => {
    program("barman-wal-archive", "echo first; echo no space left there; exit 2");
    const { status, stderr } = archive(0);
    expect(status).toBe(1);
    expect(stderr).toContain("did not take 0000000100000000000000AB: no space left there");
    expect(existsSync(join(folder, "let-go"))).toBe(false);
  });

  test("names what went wrong on Barman's host, not what followed here", () => {
    program(
      "barman-wal-archive",
      "printf 'EXCEPTION: [Errno 28] No space left on device\\nSee log file\\nTraceback\\nValueError: write to closed file\\n' >&2; exit 1",
    );
    expect(archive(0).stderr).toContain(
      "did not take 0000000100000000000000AB: EXCEPTION: [Errno 28] No space",
    );
  });

  test("lets it go, loudly, before the volume is full", () => {
    program("barman-wal-archive", "exit 2");
    const { status, stderr } = archive(101);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^LET GO: 0000000100000000000000AB is not archived/m);
    expect(readFileSync(join(folder, "let-go"), "utf8")).toMatch(/^\d{10} 0000000100000000000000AB$/m);
  });
});
