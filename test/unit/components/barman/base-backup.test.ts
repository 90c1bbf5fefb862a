import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { barmanFiles } from "../../../../components/barman/files.ts";
import { folder, plan, program, run, script } from "./scripts-in-folder.ts";

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
        manifest: "true",
        manifests: folder,
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

describe("the manifest of a base backup", () => {
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
      "backup main") for each in 20251231T020000 ${id}; do echo status=DONE >${folder}/main/meta/$each-backup.info; done ;;
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
      `barman check-backup main ${id}`,
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
