import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
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

describe("before WAL is received", () => {
  const streaming = () => join(folder, "streaming");
  const aside = () => join(folder, "aside");
  /** The primary's timeline, how far it is, and what it says of the timelines before. */
  const receive = (file: string, timeline: number, flushed: string, history = "") => {
    mkdirSync(streaming(), { recursive: true });
    writeFileSync(join(streaming(), file), "wal");
    program(
      "psql",
      `case "\${!#}" in
IDENTIFY_SYSTEM) echo "7000|${timeline}|${flushed}|" ;;
TIMELINE_HISTORY*) printf '%s' '0000000${timeline}.history|${history}' ;;
SHOW*) echo 16MB ;;
esac`,
    );
    return run(
      script(barmanFiles(plan), "before-receive", { conninfo: "", streaming: streaming(), aside: aside() }),
      [],
    );
  };
  const HISTORY = "1\t0/3000000\tno recovery target\n2\t0/5000000\tno recovery target\n";

  test.each([
    ["of the primary's own timeline", "000000030000000000000007.partial", 3, "0/7000100", HISTORY],
    ["in which the primary left its timeline", "000000020000000000000005.partial", 3, "0/9000000", HISTORY],
    ["where nothing was received yet", ".history", 1, "0/9000000", ""],
  ])("goes on behind a file %s", (_, file, timeline, flushed, history) => {
    expect(receive(file, timeline, flushed, history).status).toBe(0);
    expect(existsSync(join(streaming(), file))).toBe(true);
  });

  test.each([
    ["behind which the primary left its timeline", "000000020000000000000006.partial", 3, HISTORY],
    ["of a timeline on which the primary never was", "000000040000000000000004.partial", 3, HISTORY],
    ["that is ahead of the primary on its own timeline", "00000003000000000000000A.partial", 3, HISTORY],
  ])("puts a file aside %s, and keeps it", (_, file, timeline, history) => {
    const { status, stderr } = receive(file, timeline, "0/9000000", history);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(`${file} is ahead of the primary, which is on timeline 3`);
    expect(existsSync(join(streaming(), file))).toBe(false);
    expect(readdirSync(aside()).map((name) => name.startsWith(`${file}.2`))).toEqual([true]);
  });

  test("waits until a whole file that is ahead has been taken into the catalogue", () => {
    const file = "000000020000000000000006";
    expect(receive(file, 3, "0/9000000", HISTORY)).toMatchObject({ status: 1 });
    expect(existsSync(join(streaming(), file))).toBe(true);
  });

  test("looks at the newest file alone, whatever its timeline is", () => {
    mkdirSync(streaming(), { recursive: true });
    writeFileSync(join(streaming(), "000000020000000000000006"), "wal");
    expect(receive("000000030000000000000007.partial", 3, "0/7000100", HISTORY).status).toBe(0);
  });

  test("leaves it to the receiver to say that the primary does not answer", () => {
    mkdirSync(streaming(), { recursive: true });
    receive("000000040000000000000004.partial", 3, "0/9000000");
    writeFileSync(join(streaming(), "000000040000000000000004.partial"), "wal");
    program("psql", "exit 2");
    const path = script(barmanFiles(plan), "before-receive", { streaming: streaming(), aside: aside() });
    expect(run(path, []).status).toBe(0);
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

  test("lets it go, loudly, before the volume is full", () => {
    program("barman-wal-archive", "exit 2");
    const { status, stderr } = archive(101);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^LET GO: 0000000100000000000000AB is not archived/m);
    expect(readFileSync(join(folder, "let-go"), "utf8")).toMatch(/^\d{10} 0000000100000000000000AB$/m);
  });
});

describe("a base backup", () => {
  const id = "20260101T020000";
  /** What Barman, its programs for the bucket and the manifest's are asked for, in this order. */
  const asked = () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
  const backup = (manifest: string) => {
    for (const each of ["main/meta", "manifests"]) mkdirSync(join(folder, each), { recursive: true });
    writeFileSync(join(folder, "identifier"), "7000000000000000001\n");
    const described = `{"main": {"backup_id": "${id}", "base_backup_information": {"backup_size_bytes": 17}}}`;
    program(
      "barman",
      `echo "barman $*" >>"${folder}/asked"
      case "$*" in
      "backup main") touch ${folder}/main/meta/20251231T020000-backup.info ${folder}/main/meta/${id}-backup.info ;;
      *list-backups*) echo '{"main": [{"status": "DONE", "backup_id": "${id}"}]}' ;;
      *show-backup*) echo '${described}' ;;
      esac`,
    );
    program("barman-cloud-backup", `echo "upload $BARMAN_BACKUP_ID" >>"${folder}/asked"`);
    program("barman-cloud-backup-list", `echo '{"backups_list": []}'`);
    program("manifest", manifest);
    return run(
      script(barmanFiles(plan), "base-backup", {
        cluster: "main",
        home: folder,
        identifier: join(folder, "identifier"),
        metrics: join(folder, "metrics"),
        manifest: `${folder}/manifest settings`,
        manifests: join(folder, "manifests"),
      }),
      [],
    );
  };

  test("goes on as soon as the moment of its manifest is held, and waits for the rest of it at its end", () => {
    // The upload is under way while rows are still counted.
    const { status, stdout, stderr } = backup(`echo "manifest $*" >>${folder}/asked; echo held
      until grep -q upload ${folder}/asked; do sleep 0.02; done
      echo '{"tables": [1, 2, 3]}' >${folder}/manifests/${id}.json; echo "3 tables counted"`);
    expect(status, stderr).toBe(0);
    expect(asked()).toEqual([
      "barman backup main",
      `manifest settings ${id}`,
      "barman switch-wal --force --archive --archive-timeout 600 main",
      "barman check-backup main latest",
      "barman --format json list-backups main",
      `upload ${id}`,
      "barman --format json show-backup main latest",
    ]);
    expect(stdout).toMatch(/^held\n[\s\S]*3 tables counted\n$/);
    const metrics = readFileSync(join(folder, "metrics"), "utf8");
    expect(metrics).toContain("holdfast_backup_size_bytes 17\nholdfast_backup_manifest_tables 3\n");
  });

  test("is as good when its manifest cannot be made", () => {
    const { status, stdout } = backup("exit 7");
    expect(status).toBe(0);
    expect(stdout).toContain(`the rows of the backup ${id} are not counted: exit code 7\n`);
    expect(readFileSync(join(folder, "metrics"), "utf8")).toContain("holdfast_backup_manifest_tables 0\n");
  });
});
