import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_ROOT } from "../../../../scripts/project.ts";

const PATHS = [
  join(PROJECT_ROOT, "components/restore/program"),
  join(PROJECT_ROOT, "test/unit/components/barman/driver"),
];

/** A restored server with tables a to e, and a manifest of the same; the backup's WAL is on timeline 1 up to 0/4FF0000, then on 2. */
const SCENE = `
import json, types
import compare, scratch, trial, wal
from psycopg2 import SERVERS, Error, Server
server = Server(True, [("app", "public", name, 1, 1, ["id"]) for name in "abcde"])
SERVERS["here"] = server
instance = types.SimpleNamespace(conninfo="here", folder="/nowhere/at/all", stop=lambda: None)
manifest = {"lsn": "0/4000308", "timeline": 1, "settings": dict.fromkeys(compare.LEAST, 7), "leftOut": [{}, {}], "tables": [
    {"database": "app", "schema": "public", "table": name, "rows": 3, "checksum": "42"} for name in "abcde"]}
plan = types.SimpleNamespace(
    backup=types.SimpleNamespace(segment_size=2**24),
    timelines=wal.Timelines("1\\t0/4FF0000\\tpromoted\\n", 2),
    reach=types.SimpleNamespace(last="000000020000000000000006"))
stages = []
compared = compare.Compared()
`;

function play(script: string): unknown {
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", `${SCENE}\n${script}`], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: PATHS.join(":") },
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const LOOK = `
stop = compare.stop(manifest, 0x4000308, compared, lambda *stage: stages.append(stage))
stop.look(instance)
print(json.dumps([compared.as_record(), compared.problems]))`;

test("rows as they were are no problem, and it is said how many tables that were", () => {
  expect(play(LOOK)).toEqual([{ compared: 5, leftOut: 2, lsn: "0/4000308", note: null }, []]);
});

test("each table that is not as it was is named, and what is wrong with it", () => {
  expect(
    play(`
def damaged(_): raise Error("invalid page in block 3 of relation base/5/16384\\nHINT: none")
server.measures.update(a=(2, "42"), c=(3, "43"), d=damaged)
${LOOK}`),
  ).toEqual([
    expect.objectContaining({ compared: 5 }),
    [
      "table public.a of database app: 2 rows instead of 3",
      "table public.c of database app: its 3 rows are not those of the manifest",
      "table public.d of database app: it cannot be read: invalid page in block 3 of relation base/5/16384",
    ],
  ]);
});

test("of many only the first are named, and the others counted", () => {
  expect(play(`server.tables.clear()\n${LOOK}`)).toEqual([
    expect.anything(),
    [
      ...["a", "b", "c"].map((name) => `table public.${name} of database app: it is not there`),
      "2 more tables are not as the manifest has them",
    ],
  ]);
});

test("the recovery stops before the record that begins where the standby was, with room for whoever asks", () => {
  expect(
    play(`print(json.dumps(scratch.to_stop(compare.stop(manifest, 0x4000308, compared, print))))`),
  ).toEqual({
    hot_standby: "on",
    max_connections: "7",
    max_locks_per_transaction: "7",
    max_prepared_transactions: "7",
    max_wal_senders: "7",
    max_worker_processes: "7",
    recovery_target_action: "pause",
    recovery_target_inclusive: "off",
    recovery_target_lsn: "0/4000308",
  });
});

test.each([
  ["the backup has none", "None", "the backup has no manifest"],
  [
    "it is of a timeline that was left behind",
    '{**manifest, "lsn": "0/5000000"}',
    "its manifest is of 0/5000000 on timeline 1, which is not on the way",
  ],
  [
    "the WAL does not lead there",
    '{**manifest, "lsn": "0/7000028", "timeline": 2}',
    "the WAL ends before 0/7000028, the moment of its manifest",
  ],
])("nothing is compared, and it is said why, where %s", (_, given, note) => {
  expect(play(`print(json.dumps(compare.moment(${given}, plan)))`)).toEqual([null, note]);
});

test("where the server went past the moment, it is restored once more, without a look", () => {
  expect(
    play(`
asked = []
def restore(settings, plan, instance, report, stop=None):
    asked.append(stop is not None)
    if stop: raise scratch.Passed("it came to 0/1, and not to 0/2")
    return "reached"
scratch.restore, trial.os.makedirs = restore, lambda *_, **__: None
print(json.dumps([trial.restored(None, plan, manifest, instance, compared, print), asked, compared.as_record()]))`),
  ).toEqual([
    "reached",
    [true, false],
    { compared: 0, leftOut: 0, lsn: null, note: "it came to 0/1, and not to 0/2" },
  ]);
});
