import { describe, expect, test } from "vitest";
import { didYouMean, formatProblems, joinPath } from "../../../../infra/config/problems.ts";
import { problemsOf } from "../../../support/configuration.ts";

const report = (sections: Record<string, unknown>) => formatProblems("blue", problemsOf(sections, "blue"));

describe("the report", () => {
  test("of one problem", () => {
    expect(report({ platform: undefined })).toMatchInlineSnapshot(`
      "the configuration of the stack "blue" has one problem; nothing was changed.

        holdfast:platform
          found    nothing
          allowed  "local", "aws"
          next     pulumi config set --path 'holdfast:platform' local
      "
    `);
  });

  test("of several", () => {
    expect(
      report({
        hosts: { database: { count: 2, memory: "4GB" } },
        postgres: { settings: { fsync: false, "auto_explain.log_analyze": true } },
        access: [{ from: ["0.0.0.0/0"] }],
      }),
    ).toMatchInlineSnapshot(`
      "the configuration of the stack "blue" has 5 problems; nothing was changed.

        holdfast:hosts.database.count
          found    2
          allowed  3 or 5: two cannot outvote one, and an even number tolerates no more losses than one less
          next     pulumi config set --path 'holdfast:hosts.database.count' 3

        holdfast:hosts.database.memory
          found    "4GB"
          allowed  256MiB or more, as a whole number with MiB, GiB or TiB
          next     pulumi config set --path 'holdfast:hosts.database.memory' 4GiB

        holdfast:access[0].from[0]
          found    "0.0.0.0/0"
          allowed  a network smaller than the whole Internet, so not /0
          next     pulumi config set --path 'holdfast:access[0].from[0]' VALUE

        holdfast:postgres.settings.fsync
          found    false
          allowed  not here: switching it off loses data at the next power failure
          next     remove it

        holdfast:postgres.settings["auto_explain.log_analyze"]
          found    true
          allowed  settings of extensions that are loaded
          next     add "auto_explain" to postgres.extensions
      "
    `);
  });

  test("of an unknown section and an unknown setting", () => {
    expect(report({ postgress: { version: 17 }, os: { timezone: "UTC" } })).toMatchInlineSnapshot(`
      "the configuration of the stack "blue" has 2 problems; nothing was changed.

        holdfast:postgress
          found    {"version":17}
          allowed  there is no such setting; here may be: access, availability, aws, backups, cluster, databases, dr, hosts, local, maintenance, monitoring, notifications, os, platform, pools, postgres, roles, tls
          next     rename "postgress" to "postgres", or remove it

        holdfast:os.timezone
          found    "UTC"
          allowed  there is no such setting; here may be: timeZone
          next     rename "timezone" to "timeZone", or remove it
      "
    `);
  });

  test("shows a value on one line, and no more of it than one reads", () => {
    const text = report({
      databases: [{ name: "a\nb" }],
      hosts: { proxy: { zones: Array.from({ length: 100 }, (_, index) => `zone-${index}`) } },
    });
    expect(text).toContain('found    "a\\nb"\n');
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(230);
  });
});

describe("the name that was probably meant", () => {
  test.each([
    ["postgress", "postgres"],
    ["TLS", "tls"],
    ["tsl", "tls"],
    ["timezone", "timeZone"],
    ["MAXCLIENTS", "maxClients"],
  ])("%s: %s", (word, meant) => {
    expect(didYouMean(word, ["maxClients", "os", "postgres", "timeZone", "tls"])).toBe(meant);
  });

  test.each(["restores", "x", "xy", ""])("%j is none of them", (word) => {
    expect(didYouMean(word, ["os", "postgres", "tls"])).toBeUndefined();
  });

  test("none of none", () => {
    expect(didYouMean("os", [])).toBeUndefined();
  });
});

test.each([
  [["hosts", "database", "count"], "hosts.database.count"],
  [["databases", 0, "name"], "databases[0].name"],
  [["access", 1, "from", 2], "access[1].from[2]"],
  [["postgres", "settings", "auto_explain.log_analyze"], 'postgres.settings["auto_explain.log_analyze"]'],
])("%j is written as %s", (parts, path) => {
  expect(joinPath(parts)).toBe(path);
});
