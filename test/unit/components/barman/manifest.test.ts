import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../../../scripts/project.ts";

// The program that counts rows, with members in memory in place of the database's driver.

const PROGRAM = join(PROJECT_ROOT, "components/barman/manifest");
const PATHS = [
  PROGRAM,
  join(PROJECT_ROOT, "components/restore/program"),
  join(import.meta.dirname, "driver"),
];
const BACKUP = "20260101T020000";

/** A primary and a standby with three tables in two databases, and the program's settings as they are in its folder. */
const SCENE = `
import json, os, runpy, sys, time
import psycopg2
from psycopg2 import SERVERS, Error, Server
folder = sys.argv[1]
TABLES = [
    ("app", "public", "large", 11, 3000, ["id"]),
    ("app", "public", "small", 12, 10, ["id", 'odd "name']),
    ("shop", "public", "middle", 13, 200, ["id"]),
]
primary, standby = Server(False, TABLES), Server(True, TABLES)
SERVERS.update({"at db-1": primary, "at db-2": standby})
def run(**more):
    settings = {"seconds": 60, "members": [{"name": name, "conninfo": f"at {name}"} for name in ("db-1", "db-2", "db-3")], "store": {
        "cluster": "main", "home": f"{folder}/barman", "folder": f"{folder}/barman/manifests",
        "identifier": f"{folder}/none", "bucket": "none", "endpoint": None}, **more}
    json.dump(settings, open(f"{folder}/settings.json", "w"))
    sys.argv = ["manifest", f"{folder}/settings.json", "${BACKUP}"]
    runpy.run_path("${PROGRAM}/__main__.py")
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-manifest-"));
  mkdirSync(join(folder, "barman/main/meta"), { recursive: true });
  mkdirSync(join(folder, "barman/manifests"));
  info(BACKUP);
});
afterEach(() => rmSync(folder, { recursive: true }));

const info = (backup: string) =>
  writeFileSync(join(folder, "barman/main/meta", `${backup}-backup.info`), "end_xlog=0/4000100\n");
const kept = (backup: string) => join(folder, "barman/manifests", `${backup}.json`);

function play(script: string): string {
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", `${SCENE}\n${script}`, folder], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: PATHS.join(":") },
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

const manifest = () => JSON.parse(readFileSync(kept(BACKUP), "utf8"));

describe("a manifest", () => {
  test("has every table of a standby at one position, the small ones first", () => {
    const said = play("run()");
    expect(said).toMatch(new RegExp(`^the rows of the backup ${BACKUP} are those of db-2 at 0/5000308\n`));
    expect(manifest()).toMatchObject({
      backup: BACKUP,
      member: "db-2",
      timeline: 1,
      lsn: "0/5000308",
      settings: { max_connections: 100, max_worker_processes: 100 },
      tables: [
        { database: "app", schema: "public", table: "small", rows: 3, checksum: "42" },
        { database: "shop", schema: "public", table: "middle", rows: 3, checksum: "42" },
        { database: "app", schema: "public", table: "large", rows: 3, checksum: "42" },
      ],
      leftOut: [],
    });
  });

  test("asks for columns by name, quoted, and for no more than the table's own rows", () => {
    const asked = play(`run(); print(standby.told("SELECT count")[0])`).trimEnd().split("\n").at(-1);
    expect(asked).toBe(
      `SELECT count(*), coalesce(sum(hashtextextended(ROW(r."id", r."odd ""name")::text COLLATE "C", 0)), 0)::text FROM ONLY "public"."small" AS r`,
    );
  });

  test("holds the primary's clean-up back for as long, and lets no lock outlive a table", () => {
    const said = play(
      `run(); print([database for database, each in primary.heard if each.startswith("BEGIN")], standby.told("SAVEPOINT"), standby.told("ROLLBACK TO"))`,
    );
    expect(said).toContain("['app', 'postgres', 'shop'] ");
    expect(said.match(/'ROLLBACK TO one'/g)).toHaveLength(3);
  });

  test("leaves a table out that cannot be read, or that was made anew meanwhile, and says so", () => {
    const said = play(`
def fails(_): raise Error('permission denied for table small\\nHINT: none')
standby.measures["small"] = fails
def emptied(_): standby.tables[2] = (*TABLES[2][:3], 99, *TABLES[2][4:]); return 0, "0"
standby.measures["middle"] = emptied
run()`);
    expect(manifest().tables.map(({ table }: { table: string }) => table)).toEqual(["large"]);
    expect(manifest().leftOut).toEqual([
      { database: "app", schema: "public", table: "small", reason: "permission denied for table small" },
      {
        database: "shop",
        schema: "public",
        table: "middle",
        reason: "it was emptied or made anew meanwhile",
      },
    ]);
    expect(said).toContain("not counted, because permission denied for table small: public.small of app\n");
  });

  test.each([
    ["replay waits for it", "standby.waits = True", {}, "the replay of the standby waited for it"],
    ["its time is over", "pass", { seconds: 1 }, "the time for it was over"],
    ["the standby is promoted", "standby.standby = False", {}, "the standby became the primary"],
  ])("ends when %s: what runs is cancelled, and the rest left out", (_, happens, settings, reason) => {
    play(`
def long(connection):
    ${happens}
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if connection.cancelled: raise Error("canceling statement due to user request")
        time.sleep(0.01)
    return 3, "42"
standby.measures["middle"] = long
run(**${JSON.stringify(settings)})`);
    expect(manifest().tables).toHaveLength(1);
    expect(
      manifest().leftOut.map((each: { table: string; reason: string }) => [each.table, each.reason]),
    ).toEqual([
      ["middle", reason],
      ["large", reason],
    ]);
  });
});

describe("replay", () => {
  test("goes on after it, and is paused anew when somebody has resumed it in between", () => {
    const said = play(`
asked = []
def resumes():
    asked.append(1)
    if len(asked) == 1: standby.paused = False; standby.lsn += 64
standby.meddle = resumes
run(); print(standby.paused, len(standby.told("DO ")), standby.told("ROLLBACK")[0])`);
    expect(said).toContain("are those of db-2 at 0/5000348\n");
    expect(said.trimEnd().split("\n").at(-1)).toBe("False 2 ROLLBACK");
  });

  test("goes on when something fails while it is paused", () => {
    const said = play(`
def fails(): raise Error("server closed the connection unexpectedly")
standby.meddle = fails
run(); print(standby.paused, len(standby.told("SELECT pg_wal_replay_resume()")))`);
    expect(said).toContain("are not counted: server closed the connection unexpectedly\n");
    expect(said.trimEnd().split("\n").at(-1)).toBe("False 1");
  });

  test("is ended by the server itself, without this program", () => {
    const [guard = ""] = play(`import standby as s; print(s.GUARD)`).split("$$;");
    expect(guard).toMatch(
      /pg_wal_replay_pause\(\);[\s\S]*clock_timestamp\(\) < deadline LOOP[\s\S]*pg_wal_replay_resume\(\);/,
    );
  });
});

describe("a backup is good without one", () => {
  test("where no standby streams, and it says why", () => {
    const said = play(`
import standby as s
s.REACH_SECONDS = 0.1
standby.replays = False
run()`);
    expect(said).toContain(
      `the rows of the backup ${BACKUP} are not counted: no standby has streamed up to 0/5000000: db-1: it is the primary; db-2: it is behind; db-3: connection to at db-3 failed: timeout expired\n`,
    );
    expect(existsSync(kept(BACKUP))).toBe(false);
  });

  test("where none is wanted: nothing is asked", () => {
    expect(play("run(seconds=0); print(len(primary.heard) + len(standby.heard))")).toMatch(/^0$/m);
  });
});

test("manifests go away with their backups", () => {
  for (const backup of ["20250101T020000", "20251231T020000"]) writeFileSync(kept(backup), "{}");
  info("20251231T020000");
  play("run()");
  expect(["20250101T020000", "20251231T020000", BACKUP].map((backup) => existsSync(kept(backup)))).toEqual([
    false,
    true,
    true,
  ]);
});
