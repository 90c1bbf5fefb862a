import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../../support/configuration.ts";

const grants = [{ database: "app", access: "read" }];
const role = (name: string) => ({ name, grants });

describe("names of databases", () => {
  test("each once", () => {
    expect(problemsOf({ databases: [{ name: "app" }, { name: "b" }, { name: "app" }] })).toEqual([
      {
        path: "databases[2].name",
        got: "app",
        allowed: "a name of its own",
        change: "rename or remove one of the two",
      },
    ]);
  });

  test.each(["postgres", "template1", "replication", "all", "samegroup", "pgbouncer", "pg_things", "pg"])(
    "not %s, which is somebody else's",
    (name) => {
      expect(problemsOf({ databases: [{ name }] })).toEqual([
        {
          path: "databases[0].name",
          got: name,
          allowed: "a name that neither PostgreSQL nor PgBouncer keeps for itself",
          change: "rename it",
        },
      ]);
    },
  );
});

describe("names of roles", () => {
  test("each once", () => {
    expect(problemsOf({ roles: [role("report"), role("report")] })).toMatchObject([
      { path: "roles[1].name", got: "report", change: "rename it" },
    ]);
  });

  test("not one that a database brings", () => {
    expect(problemsOf({ roles: [role("app_writer")] })).toEqual([
      {
        path: "roles[0].name",
        got: "app_writer",
        allowed: "a name of its own; each database brings NAME_owner, NAME_writer and NAME_reader",
        change: "rename it",
      },
    ]);
  });

  test.each([
    "postgres",
    "replicator",
    "rewind",
    "monitoring",
    "barman",
    "streaming_barman",
    "barman_manifest",
    "pooler",
    "public",
    "pg_reader",
  ])("not %s, which is somebody else's", (name) => {
    expect(problemsOf({ roles: [role(name)] })).toEqual([
      {
        path: "roles[0].name",
        got: name,
        allowed: "a name that neither PostgreSQL nor Holdfast uses itself",
        change: "rename it",
      },
    ]);
  });
});

describe("references", () => {
  test("a grant names a database of the cluster", () => {
    expect(
      problemsOf({ roles: [{ name: "r", grants: [...grants, { database: "ap", access: "own" }] }] }),
    ).toEqual([
      {
        path: "roles[0].grants[1].database",
        got: "ap",
        allowed: "one of the databases: app",
        change: 'rename it to "app"',
      },
    ]);
  });

  test("an access rule names databases and roles of the cluster", () => {
    const rule = {
      from: ["10.0.0.0/8"],
      databases: ["app", "warehouse"],
      roles: ["app_reader", "app_raeder"],
    };
    expect(problemsOf({ access: [rule] })).toEqual([
      {
        path: "access[0].databases[1]",
        got: "warehouse",
        allowed: "one of the databases: app",
        change: "add it, or remove this",
      },
      {
        path: "access[0].roles[1]",
        got: "app_raeder",
        allowed: "one of the application roles: app_owner, app_writer, app_reader",
        change: 'rename it to "app_reader"',
      },
    ]);
  });
});
