import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../../support/configuration.ts";

const memory = (text: string, settings = {}) =>
  problemsOf({ hosts: { database: { memory: text } }, postgres: { settings } });

describe("memory of a database host", () => {
  test("what is too small is reported with the sum that it must hold", () => {
    const problems = memory("300MiB");
    expect(problems).toMatchObject([
      {
        path: "hosts.database.memory",
        got: "300MiB",
        change: "raise it, or lower the largest of these in postgres.settings",
      },
    ]);
    expect(problems[0]?.allowed).toMatch(
      /^57\dMiB or more: .* 300 for 100 connections, .* 96 for the system$/,
    );
  });

  test.each([
    ["256MiB", {}],
    ["600MiB", { max_connections: 400 }],
    ["1GiB", { shared_buffers: "900MB" }],
    // Where the defaults jump: more memory than 2 GiB brings more connections.
    ["1900MiB", { shared_buffers: "1500MB" }],
    ["1GiB", { maintenance_work_mem: "4GB" }],
  ])("with %s and %j, the size that the report asks for is enough", (size, settings) => {
    const [problem] = memory(size, settings);
    const enough = /^\d+MiB/.exec(problem?.allowed ?? "")?.[0];
    expect(enough).toBeDefined();
    expect(memory(enough ?? "", settings)).toEqual([]);
  });

  test("a small host is enough for few connections", () => {
    expect(memory("340MiB", { max_connections: 40 })).toEqual([]);
  });

  test("is not judged by settings that are wrong themselves", () => {
    expect(memory("256MiB", { shared_buffers: "much" }).map((problem) => problem.path)).toEqual([
      "postgres.settings.shared_buffers",
    ]);
  });
});

describe("pools", () => {
  // 100 connections, without 3 for superusers, 10 sessions, 15 for Holdfast's parts and 8 for look-ups: 64 for pools.
  test("as many as fit are taken, and one more is not", () => {
    expect(problemsOf({ pools: { size: 16 } })).toEqual([]);
    expect(problemsOf({ pools: { size: 17 } })).toEqual([
      {
        path: "pools.size",
        got: 17,
        allowed:
          "pools that fit: 2 proxies with 2 pools for each database would open 68 connections, and of max_connections = 100 only 64 are left for them",
        change:
          "lower pools.size, pools.sessions or a database's poolSize, or raise max_connections in postgres.settings",
      },
    ]);
  });

  test("each database and each proxy counts", () => {
    const databases = Array.from({ length: 17 }, (_, index) => ({ name: `d${index}` }));
    expect(problemsOf({ databases: databases.slice(1) })).toEqual([]);
    expect(problemsOf({ databases })).toMatchObject([
      { path: "databases", got: databases.map((database) => database.name) },
    ]);
    expect(problemsOf({ hosts: { proxy: { count: 3 } }, pools: { size: 16 } })).toMatchObject([
      { path: "pools.size" },
    ]);
  });

  test("a database's own size counts instead of the common one", () => {
    expect(problemsOf({ databases: [{ name: "a", poolSize: 15 }, { name: "b" }] })).toEqual([]);
    expect(problemsOf({ databases: [{ name: "a", poolSize: 16 }, { name: "b" }] })).toMatchObject([
      { path: "databases" },
    ]);
  });

  test("what the server reserves is not theirs", () => {
    const reserving = (settings: Record<string, number>) =>
      problemsOf({ pools: { size: 16 }, postgres: { version: 17, settings } });
    expect(reserving({ superuser_reserved_connections: 3 })).toEqual([]);
    expect(reserving({ superuser_reserved_connections: 4 })).toMatchObject([{ path: "pools.size" }]);
    expect(reserving({ reserved_connections: 1 })).toMatchObject([{ path: "pools.size" }]);
  });

  test("where nothing is left, the report does not speak of less than nothing", () => {
    const [problem] = problemsOf({ pools: { sessions: 500 } });
    expect(problem?.allowed).toMatch(/of max_connections = 100 only 0 are left for them$/);
  });

  test("more connections make room", () => {
    expect(problemsOf({ pools: { size: 17 }, postgres: { settings: { max_connections: 110 } } })).toEqual([]);
  });
});
