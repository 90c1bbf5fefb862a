import { describe, expect, test } from "vitest";
import { JARGON, problemsOf } from "../../../../support/configuration.ts";

const settings = (values: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  problemsOf({ postgres: { settings: values, ...more } });

describe("where packages come from", () => {
  test.each([16, 18])("Debian has no PostgreSQL %i", (version) => {
    expect(problemsOf({ postgres: { version } })).toEqual([
      {
        path: "postgres.version",
        got: version,
        allowed: 'with packages from Debian: 15 or 17; with postgres.source "pgdg": 15, 16, 17, 18',
        change: "pulumi config set --path 'holdfast:postgres.source' pgdg",
      },
    ]);
  });

  test.each([
    [15, "debian"],
    [17, "debian"],
    [16, "pgdg"],
    [18, "pgdg"],
  ])("PostgreSQL %i comes from %s", (version, source) => {
    expect(problemsOf({ postgres: { version, source }, local: { image: "plain" } })).toEqual([]);
  });

  test("the prepared image, which has Debian's packages already, takes no others", () => {
    expect(problemsOf({ postgres: { version: 17, source: "pgdg" } })).toEqual([
      {
        path: "local.image",
        got: "prepared",
        allowed: 'with postgres.source "pgdg": plain, onto which the hosts install their own packages',
        change: "pulumi config set --path 'holdfast:local.image' plain",
      },
    ]);
  });
});

describe("settings", () => {
  test.each([
    ["max_conections", 200, "a parameter of PostgreSQL 17", 'rename it to "max_connections"'],
    ["work-mem", "8MB", "a parameter of PostgreSQL 17", 'rename it to "work_mem"'],
    [
      "quite_another_thing",
      1,
      "a parameter of PostgreSQL 17",
      "remove it, or check its name in the server's documentation",
    ],
    ["fsync", false, "not here: switching it off loses data at the next power failure", "remove it"],
    ["FSYNC", false, "not here: switching it off loses data at the next power failure", "remove it"],
    [
      "synchronous_commit",
      "off",
      "not here: it decides which commits survive; choose availability.durability instead",
      "remove it",
    ],
    ["ssl_min_protocol_version", "TLSv1.3", "not here: every connection uses TLS 1.2 or newer", "remove it"],
    [
      "transaction_read_only",
      true,
      "not here: it is for one transaction, and the server refuses it in a file",
      "remove it",
    ],
    [
      "block_size",
      8192,
      "not here: it is fixed when the server is built or the cluster is initialised",
      "remove it",
    ],
    [
      "ignore_system_indexes",
      true,
      "not here: it is for the server's developers, and some of these lose data",
      "remove it",
    ],
    [
      "shared_preload_libraries",
      "auto_explain",
      "not here: it follows from postgres.extensions",
      "remove it",
    ],
    [
      "work_mem",
      "4mb",
      "a whole number from 64 to 2147483647 of kB, or with a unit: B, kB, MB, GB, TB (in just this case)",
      "set it to such a value",
    ],
    [
      "work_mem",
      "10s",
      "a whole number from 64 to 2147483647 of kB, or with a unit: B, kB, MB, GB, TB (in just this case)",
      "set it to such a value",
    ],
    [
      "work_mem",
      1,
      "a whole number from 64 to 2147483647 of kB, or with a unit: B, kB, MB, GB, TB (in just this case)",
      "set it to such a value",
    ],
    [
      "checkpoint_timeout",
      "5m",
      "a whole number from 30 to 86400 of s, or with a unit: us, ms, s, min, h, d",
      "set it to such a value",
    ],
    ["max_connections", true, "a whole number from 1 to 262143", "set it to such a value"],
    ["max_connections", "10MB", "a whole number from 1 to 262143", "set it to such a value"],
    ["random_page_cost", -1, "a number from 0 to 1.79769e+308", "set it to such a value"],
    ["jit", "perhaps", "on or off", "set it to such a value"],
    [
      "log_min_messages",
      "loud",
      "debug5, debug4, debug3, debug2, debug1, info, notice, warning, error, log, fatal, panic",
      "set it to such a value",
    ],
    ["log_line_prefix", "%m\n", "text on one line, without control characters", "set it to such a value"],
    [
      "max_wal_senders",
      5,
      "10 or more: members, backups and a rebuild each hold a sender",
      "set it to 10, or remove it",
    ],
  ])("%s = %j is refused", (name, value, allowed, change) => {
    expect(settings({ [name]: value })).toEqual([{ path: joined(name), got: value, allowed, change }]);
    expect(`${allowed} ${change}`).not.toMatch(JARGON);
  });

  const joined = (name: string) =>
    name.includes(".") ? `postgres.settings["${name}"]` : `postgres.settings.${name}`;

  test("a parameter of a later version is unknown to an earlier one", () => {
    expect(settings({ transaction_timeout: "1min" })).toEqual([]);
    expect(settings({ transaction_timeout: "1min" }, { version: 15 })).toMatchObject([
      { path: "postgres.settings.transaction_timeout", allowed: "a parameter of PostgreSQL 15" },
    ]);
  });

  test("one parameter in two spellings is one too many", () => {
    expect(settings({ work_mem: "8MB", Work_Mem: "9MB" })).toEqual([
      {
        path: "postgres.settings.Work_Mem",
        got: "9MB",
        allowed: "each parameter once; names are the same in any case",
        change: 'remove "Work_Mem"',
      },
    ]);
  });

  test("those of an extension need the extension", () => {
    const values = { "auto_explain.log_min_duration": "5s" };
    expect(settings(values)).toEqual([
      {
        path: 'postgres.settings["auto_explain.log_min_duration"]',
        got: "5s",
        allowed: "settings of extensions that are loaded",
        change: 'add "auto_explain" to postgres.extensions',
      },
    ]);
    expect(settings(values, { extensions: ["auto_explain"] })).toEqual([]);
  });

  test("a word of every object is not taken for an extension", () => {
    expect(settings({ "constructor.name": 1 })).toMatchObject([{ allowed: "a parameter of PostgreSQL 17" }]);
  });

  test.each([
    ["work_mem", "8MB"],
    ["work_mem", 8192],
    ["WORK_MEM", "8 MB"],
    ["maintenance_work_mem", "0.25GB"],
    ["huge_pages", false],
    ["huge_pages", "TRY"],
    ["jit", "on"],
    ["deadlock_timeout", "1500ms"],
    ["DateStyle", "ISO, DMY"],
    ["random_page_cost", 4],
    ["max_wal_senders", 20],
  ])("%s = %j is taken", (name, value) => {
    expect(settings({ [name]: value })).toEqual([]);
  });
});

describe("extensions", () => {
  test("a misspelt one is named with its neighbour, and all that there are", () => {
    const [problem, ...more] = problemsOf({ postgres: { extensions: ["pg_trgrm"] } });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      path: "postgres.extensions[0]",
      got: "pg_trgrm",
      change: 'rename it to "pg_trgm"',
    });
    expect(problem?.allowed).toMatch(/^an extension of PostgreSQL 17: amcheck, .*, uuid-ossp, xml2$/);
  });

  test.each([
    ["adminpack", 16, 17],
    ["old_snapshot", 15, 18],
    ["pg_logicalinspect", 18, 17],
  ])("%s is in PostgreSQL %i and not in %i", (name, inThis, notInThis) => {
    const withVersion = (version: number) =>
      problemsOf({ postgres: { version, source: "pgdg", extensions: [name] }, local: { image: "plain" } });
    expect(withVersion(inThis)).toEqual([]);
    expect(withVersion(notInThis)).toMatchObject([{ path: "postgres.extensions[0]", got: name }]);
  });

  test("a database's own are checked as well", () => {
    expect(
      problemsOf({ databases: [{ name: "a" }, { name: "b", extensions: ["hstore", "timescaledb"] }] }),
    ).toMatchObject([{ path: "databases[1].extensions[1]", got: "timescaledb" }]);
  });

  test("a database alone cannot have one whose library the whole server loads", () => {
    const databases = [{ name: "a", extensions: ["pg_prewarm"] }];
    expect(problemsOf({ databases })).toEqual([
      {
        path: "databases[0].extensions[0]",
        got: "pg_prewarm",
        allowed: "here only extensions without a library that the whole server loads",
        change: "move it to postgres.extensions",
      },
    ]);
    expect(problemsOf({ databases, postgres: { extensions: ["pg_prewarm"] } })).toEqual([]);
  });
});
