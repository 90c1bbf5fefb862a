import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { SECTIONS } from "../../../infra/config/schema.ts";
import { fillReadme } from "../../../scripts/generate/readme.ts";
import { options, settingsTable } from "../../../scripts/generate/settings-table.ts";
import { type JsonSchema, stackFileSchema } from "../../../scripts/generate/stack-file.ts";
import { defaultTopology } from "../../../scripts/generate/topology.ts";
import { renderTopologySvg } from "../../../scripts/generate/topology-svg.ts";
import { SMALLEST } from "../../support/configuration.ts";

const file = (name: string) => new URL(`../../../${name}`, import.meta.url);
const HINT = "run: npm run generate";

const schemaAt = (schema: JsonSchema | undefined, ...path: string[]): JsonSchema | undefined =>
  path.reduce<JsonSchema | undefined>((inner, name) => {
    const next = inner?.properties?.[name];
    return typeof next === "object" ? next : undefined;
  }, schema);

/** The schema itself as a validator: zod reads JSON Schema as well. */
const stackFile = z.fromJSONSchema(stackFileSchema());
const accepts = (config: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  stackFile.safeParse({ config, ...more }).success;

describe("what is in the repository is what would be generated now", () => {
  test("the schema", () => {
    const committed: unknown = JSON.parse(readFileSync(file("schema/stack.generated.json"), "utf8"));
    expect(committed, HINT).toEqual(JSON.parse(JSON.stringify(stackFileSchema())));
  });

  test("the table in the README", () => {
    const text = readFileSync(file("README.md"), "utf8");
    expect(fillReadme(text), HINT).toBe(text);
  });

  test("the picture, which the README shows", () => {
    expect(readFileSync(file("docs/topology.svg"), "utf8"), HINT).toBe(renderTopologySvg(defaultTopology()));
    expect(readFileSync(file("README.md"), "utf8")).toMatch(/^!\[.+\]\(docs\/topology\.svg\)$/m);
  });
});

describe("the schema of a stack's file", () => {
  test("takes the default stack's", () => {
    const content: unknown = parse(readFileSync(file("Pulumi.local.yaml"), "utf8"));
    expect(stackFile.safeParse(content).error).toBeUndefined();
  });

  test("takes a group that says only a part", () => {
    expect(accepts({ "holdfast:platform": "local", "holdfast:cluster": { name: "blue" } })).toBe(true);
    expect(accepts({ "holdfast:platform": "local", "holdfast:hosts": { database: { cpu: 2 } } })).toBe(true);
  });

  test("takes other packages' keys, and what Pulumi writes itself", () => {
    expect(
      accepts(
        { "holdfast:platform": "local", "aws:region": "eu-west-1" },
        { encryptionsalt: "v1:x", secretsprovider: "passphrase" },
      ),
    ).toBe(true);
  });

  test.each([
    ["an unknown section", { "holdfast:plattform": "local" }],
    ["a key without a namespace", { platform: "local" }],
    ["an unknown setting", { "holdfast:tls": { days: 90 } }],
    ["an unknown setting in a list", { "holdfast:databases": [{ name: "a", size: 1 }] }],
    ["a wrong choice", { "holdfast:availability": { durability: "none" } }],
    ["a number out of its range", { "holdfast:hosts": { proxy: { count: 1 } } }],
    ["a unit that there is not", { "holdfast:hosts": { database: { memory: "4GB" } } }],
    ["an entry without its name", { "holdfast:databases": [{}] }],
  ])("refuses %s", (_, config) => {
    expect(accepts({ "holdfast:platform": "local", ...config })).toBe(false);
  });

  test("refuses a file that does not say where the hosts are", () => {
    expect(accepts({})).toBe(false);
    expect(stackFile.safeParse({}).success).toBe(false);
  });

  test("has every section, under Holdfast's namespace", () => {
    expect(Object.keys(schemaAt(stackFileSchema(), "config")?.properties ?? {})).toEqual(
      Object.keys(SECTIONS).map((name) => `holdfast:${name}`),
    );
  });

  test("says what everything in it is", () => {
    const missing: string[] = [];
    const visit = (path: string, schema: JsonSchema) => {
      if (!schema.description) missing.push(path);
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if (typeof field === "object") visit(`${path}.${name}`, field);
      }
      const { items } = schema;
      if (typeof items === "object" && !Array.isArray(items) && items.properties) visit(`${path}[]`, items);
    };
    for (const [name, field] of Object.entries(stackFileSchema().properties ?? {})) {
      if (typeof field === "object") visit(name, field);
    }
    expect(missing).toEqual([]);
  });
});

describe("the table of settings", () => {
  test("shows every default that the program has", () => {
    const unset = options().filter(({ schema, required }) => !required && schema.default === undefined);
    expect(unset.map(({ path }) => path)).toEqual([
      ...["cluster.name", "cluster.domain", "databases[].poolSize", "access[].databases", "access[].roles"],
      ...[
        "pools.size",
        "notifications.pagerduty.url",
        "notifications.email.user",
        "notifications.email.password",
        "monitoring.grafana.url",
        "local.subnet",
        "local.portBase",
        "aws.account",
      ],
      ...["aws.network.existing.public.firstAddress", "aws.backups.replica", "aws.dns.zone"],
      ...["aws.dns.service", "aws.ci.secretsKey", "aws.ci.provider", "dr.peer"],
    ]);
    for (const { path, schema } of unset) {
      expect(schema.description, path).toMatch(/by default/i);
    }
  });

  test.each([
    /^\| `platform` \| required \| .+ \| `local`, `aws` \|$/m,
    /^\| `hosts.database.count` \| `3` \| .+ \| `3`, `5` \|$/m,
    /^\| `hosts.proxy.memory` \| `"384MiB"` \| .+ \| 256MiB or more, .+ \|$/m,
    /^\| `databases` \| `\[{"name":"app"}\]` \| .+ \| a list of 1 to 50 entries \|$/m,
    /^\| `roles\[\].grants\[\].access` \| required \| .+ \| `read`, `write`, `own` \|$/m,
    /^\| `local.keepVolumes` \| `false` \| .+ \| true or false \|$/m,
  ])("has the row %s", (row) => {
    expect(settingsTable()).toMatch(row);
  });

  test("has the four columns in each row, and no empty cell", () => {
    for (const row of settingsTable().split("\n")) {
      const cells = row.split(/(?<!\\)\|/).slice(1, -1);
      expect(cells, row).toHaveLength(4);
      expect(
        cells.filter((cell) => cell.trim() === ""),
        row,
      ).toEqual([]);
    }
  });

  test("replaces what is between its marks, the same each time, and nothing else", () => {
    const mark = (content: string) => `<!-- settings:begin -->${content}<!-- settings:end -->`;
    const once = fillReadme(`Before\n${mark("\nold\n")}\nAfter\n`);
    expect(once).toBe(`Before\n${mark(`\n\n${settingsTable()}\n\n`)}\nAfter\n`);
    expect(fillReadme(once)).toBe(once);
    expect(() => fillReadme("No marks")).toThrow("README.md has no place for settings");
  });
});

test("a default in the schema is the default of the program", () => {
  const config = z.strictObject(SECTIONS).omit({ cluster: true }).parse(SMALLEST);
  // Where the program reads a size, the file writes it with a unit.
  expect(config.hosts.database.memory).toBe(1024);
  const schema = schemaAt(stackFileSchema(), "config");
  expect(schemaAt(schema, "holdfast:hosts", "database", "memory")?.default).toBe("1GiB");
  expect(schemaAt(schema, "holdfast:pools", "maxClients")?.default).toBe(config.pools.maxClients);
  expect(schemaAt(schema, "holdfast:postgres", "version")?.default).toBe(config.postgres.version);
});
