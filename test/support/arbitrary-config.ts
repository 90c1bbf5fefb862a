import fc from "fast-check";
import { parseConfig } from "../../infra/config/parse.ts";
import type { Config } from "../../infra/config/schema.ts";

export interface Stack {
  readonly name: string;
  readonly config: Config;
}

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,12}$/);
const identifier = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/);
const zones = fc.uniqueArray(label, { minLength: 1, maxLength: 6 });
const gibibytes = (maximum: number) => fc.integer({ min: 1, max: maximum }).map((number) => `${number}GiB`);

const hosts = fc.record({
  database: fc.record({
    count: fc.constantFrom(3, 5),
    cpu: fc.integer({ min: 1, max: 448 }),
    memory: gibibytes(768),
    disk: gibibytes(4096),
    zones,
  }),
  proxy: fc.record({ count: fc.integer({ min: 2, max: 4 }), zones }),
});

const databases = fc.uniqueArray(
  fc.record({ name: identifier, poolSize: fc.integer({ min: 1, max: 60 }) }, { requiredKeys: ["name"] }),
  { minLength: 1, maxLength: 12, selector: (database) => database.name },
);

const roles = (names: readonly string[]) =>
  fc.uniqueArray(
    fc.record({
      name: identifier,
      grants: fc.array(
        fc.record({ database: fc.constantFrom(...names), access: fc.constantFrom("read", "write", "own") }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { maxLength: 5, selector: (role) => role.name },
  );

const pools = fc.record(
  { size: fc.integer({ min: 1, max: 60 }), sessions: fc.integer({ min: 0, max: 120 }) },
  { requiredKeys: [] },
);

const local = fc.record(
  {
    // The one that takes packages from PostgreSQL's own archive.
    image: fc.constant("plain"),
    subnet: fc.integer({ min: 0, max: 255 }).map((byte) => `192.168.${byte}.0/24`),
    portBase: fc.integer({ min: 1024, max: 65_400 }),
  },
  { requiredKeys: [] },
);

const settings = fc.record(
  {
    max_connections: fc.integer({ min: 50, max: 1000 }),
    reserved_connections: fc.integer({ min: 0, max: 40 }),
    superuser_reserved_connections: fc.integer({ min: 3, max: 20 }),
  },
  { requiredKeys: [] },
);

const postgres = fc.record({
  version: fc.constantFrom(16, 17, 18),
  source: fc.constant("pgdg"),
  profile: fc.constantFrom("oltp", "olap", "mixed"),
  settings,
});

/** Stacks as people write them, as far as the configuration accepts them. */
export const stacks: fc.Arbitrary<Stack> = databases
  .chain((list) =>
    fc.record({
      name: label,
      sections: fc.record({
        platform: fc.constant("local"),
        hosts,
        postgres,
        databases: fc.constant(list),
        roles: roles(list.map((database) => database.name)),
        pools,
        local,
        availability: fc.record({
          durability: fc.constantFrom("strict", "preferred", "async"),
          rto: fc.constantFrom("fast", "normal", "safe"),
        }),
      }),
    }),
  )
  .map(({ name, sections }) => ({ name, parsed: parseConfig(sections, name) }))
  .filter(({ parsed }) => parsed.ok)
  .map(({ name, parsed }) => {
    if (!parsed.ok) throw new Error("filtered out above");
    return { name, config: parsed.config };
  });
