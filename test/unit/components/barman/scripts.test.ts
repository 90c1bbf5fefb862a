import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { archiveFiles, arrivalFiles } from "../../../../components/barman/archive.ts";
import { barmanFiles } from "../../../../components/barman/files.ts";
import type { ManagedFile } from "../../../../components/remote/managed-file.ts";
import { firstHost, fixturePlan } from "../../../support/fixtures.ts";

// What others start by a path, run as it is, but for the folders that are a host's.

const plan = fixturePlan("local");
const ENDING = /^[a-z_]+=.*$/gm;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-barman-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a script into the folder, with other values for some of its variables. */
function script(
  files: readonly ManagedFile[],
  name: string,
  variables: Readonly<Record<string, string>>,
): string {
  const found = files.find(({ path }) => path.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`nobody has ${name}`);
  const text = found.content.replace(ENDING, (line) => {
    const key = line.slice(0, line.indexOf("="));
    return key in variables ? `${key}='${variables[key]}'` : line;
  });
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Stands in for a program of Barman's. */
function program(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/bash\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

const run = (path: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  spawnSync(path, args, {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: `${folder}:${process.env["PATH"]}`, ...environment },
  });

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

describe("a run of the base backup's job", () => {
  /** A catalogue that has these, and what `barman backup` adds to it; the bucket has nothing and takes everything. */
  const backup = (there: Readonly<Record<string, string>>, status: string) => {
    const meta = join(folder, plan.topology.cluster, "meta");
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(folder, "identifier"), "7000000000000000001\n");
    for (const [id, end] of Object.entries(there)) {
      writeFileSync(join(meta, `${id}-backup.info`), `begin_wal=None\nend_wal=${end}\nstatus=STARTED\n`);
    }
    const listed = [
      { backup_id: "20260101T020000", status: "DONE" },
      { backup_id: "20260103T020000", status },
    ];
    program(
      "barman",
      `echo "barman $*" >>${folder}/called
       case "$*" in
         "backup "*) printf 'end_wal=%s\nstatus=%s\n' 000000010000000000000009 ${status} >${meta}/20260103T020000-backup.info ;;
         *list-backups*) echo '${JSON.stringify({ [plan.topology.cluster]: listed })}' ;;
         *show-backup*) echo '{}' ;;
       esac`,
    );
    program("barman-cloud-backup-list", `echo '{"backups_list": []}'`);
    program("barman-cloud-backup", `echo "upload $BARMAN_BACKUP_ID" >>${folder}/called`);
    return run(
      script(barmanFiles(plan), "base-backup", {
        home: folder,
        identifier: join(folder, "identifier"),
        metrics: join(folder, "metrics"),
      }),
      [],
    );
  };
  const called = () => readFileSync(join(folder, "called"), "utf8").trim().split("\n");
  const { cluster } = plan.topology;

  test("first takes away what a run before it has left unfinished, and nothing else", () => {
    const { status, stderr, stdout } = backup(
      { "20260101T020000": "000000010000000000000002", "20260102T020000": "None" },
      "DONE",
    );
    expect(status, stderr).toBe(0);
    expect(called().filter((line) => line.includes("delete"))).toEqual([
      `barman delete ${cluster} 20260102T020000`,
    ]);
    expect(called().findIndex((line) => line.includes("delete"))).toBeLessThan(
      called().indexOf(`barman backup ${cluster}`),
    );
    expect(stdout).toContain("backup 20260102T020000 was never finished, and is taken away");
    expect(called()).toContain("upload 20260103T020000");
    expect(existsSync(join(folder, "metrics"))).toBe(true);
  });

  test("is refused while this host's clock is before the newest backup, whose WAL Barman would remove", () => {
    const { status, stderr } = backup({ "21260101T020000": "000000010000000000000002" }, "DONE");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^it is \d{8}T\d{6} on this host, which is not after the newest backup, 21260101T020000: /,
    );
    expect(existsSync(join(folder, "called"))).toBe(false);
  });

  test.each(["WAITING_FOR_WALS", "FAILED"])("fails when what it took is %s", (found) => {
    const { status, stderr } = backup({}, found);
    expect(status).toBe(1);
    expect(stderr).toContain(`backup 20260103T020000 is ${found}, so not whole`);
    expect(called()).toContain(`barman check-backup ${cluster} 20260103T020000`);
    expect(called().some((line) => line.startsWith("upload"))).toBe(false);
    expect(existsSync(join(folder, "metrics"))).toBe(false);
  });
});
