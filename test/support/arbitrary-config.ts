import fc from "fast-check";
import { connectionsForPools } from "../../components/pgbouncer/arithmetic.ts";
import { defaultMaxConnections } from "../../components/postgres/sizing.ts";
import { parseConfig } from "../../infra/config/parse.ts";
import { formatProblems } from "../../infra/config/problems.ts";
import type { Config } from "../../infra/config/schema.ts";

export interface Stack {
  readonly name: string;
  readonly config: Config;
}

// Only what the rules accept is made: a generator that throws most of its samples away would run for minutes.

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const DIGITS = [..."0123456789"];
const label = fc
  .tuple(
    fc.constantFrom(...LETTERS),
    fc.string({ unit: fc.constantFrom(...LETTERS, ...DIGITS), maxLength: 12 }),
  )
  .map(([first, rest]) => `${first}${rest}`);
/** Names of one kind have a first letter of their own, with which neither the server nor another kind has one. */
const identifier = (first: string) =>
  fc
    .string({ unit: fc.constantFrom(...LETTERS, ...DIGITS, "_"), maxLength: 12 })
    .map((rest) => `${first}${rest}`);
const zones = fc.uniqueArray(label, { minLength: 1, maxLength: 6 });

const LEAST_CONNECTIONS = 100;
const optional = { requiredKeys: [] };

/** What decides how many connections there are for pools. */
const capacities = fc
  .record({
    proxies: fc.integer({ min: 2, max: 4 }),
    memoryGib: fc.integer({ min: 1, max: 768 }),
    share: fc.integer({ min: 0, max: 100 }),
    named: fc.boolean(),
    sessions: fc.integer({ min: 0, max: 20 }),
    settings: fc.record(
      {
        reserved_connections: fc.integer({ min: 0, max: 8 }),
        superuser_reserved_connections: fc.integer({ min: 3, max: 8 }),
      },
      optional,
    ),
  })
  .map(({ share, named, ...rest }) => {
    const most = Math.min(1000, rest.memoryGib * 120);
    const chosen = LEAST_CONNECTIONS + Math.floor(((most - LEAST_CONNECTIONS) * share) / 100);
    const connections = named ? chosen : defaultMaxConnections(rest.memoryGib * 1024);
    const free = connectionsForPools(
      {
        proxies: rest.proxies,
        sessions: rest.sessions,
        reserved:
          (rest.settings.superuser_reserved_connections ?? 3) + (rest.settings.reserved_connections ?? 0),
        poolSizes: [],
      },
      connections,
    );
    return {
      ...rest,
      settings: { ...rest.settings, ...(named ? { max_connections: connections } : {}) },
      // A proxy runs two poolers, and each has a pool for each database.
      poolsOfOne: Math.floor(free / (2 * rest.proxies)),
    };
  });

const databasesFor = (poolsOfOne: number) =>
  fc.uniqueArray(identifier("d"), { minLength: 1, maxLength: Math.min(12, poolsOfOne) }).chain((names) => {
    const size = fc.integer({ min: 1, max: Math.floor(poolsOfOne / names.length) });
    return fc.record({
      databases: fc.tuple(
        ...names.map((name) =>
          fc.record({ name: fc.constant(name), poolSize: size }, { requiredKeys: ["name"] }),
        ),
      ),
      roles: rolesFor(names),
      size: fc.option(size, { nil: undefined }),
    });
  });

const rolesFor = (databases: readonly string[]) =>
  fc.uniqueArray(
    fc.record({
      name: identifier("x"),
      grants: fc.uniqueArray(
        fc.record({
          database: fc.constantFrom(...databases),
          access: fc.constantFrom("read", "write", "own"),
        }),
        { minLength: 1, maxLength: 3, selector: (grant) => grant.database },
      ),
    }),
    { maxLength: 5, selector: (role) => role.name },
  );

const local = fc.record(
  {
    // The one that takes packages from PostgreSQL's own archive.
    image: fc.constant("plain"),
    subnet: fc.integer({ min: 0, max: 255 }).map((byte) => `192.168.${byte}.0/24`),
    portBase: fc.integer({ min: 1024, max: 65_400 }),
  },
  { requiredKeys: ["image"] },
);

const choices = fc.record({
  name: label,
  version: fc.constantFrom(16, 17, 18),
  profile: fc.constantFrom("oltp", "olap", "mixed"),
  count: fc.constantFrom(3, 5),
  cpu: fc.integer({ min: 1, max: 448 }),
  disk: fc.integer({ min: 1, max: 4096 }).map((number) => `${number}GiB`),
  databaseZones: zones,
  proxyZones: zones,
  local,
  monitoring: fc.constantFrom({}, { grafana: {} }),
  availability: fc.record({
    durability: fc.constantFrom("strict", "preferred", "async"),
    rto: fc.constantFrom("fast", "normal", "safe"),
  }),
});

/** Stacks as people write them, as far as the configuration accepts them. */
export const stacks: fc.Arbitrary<Stack> = capacities
  .chain((capacity) => fc.tuple(fc.constant(capacity), databasesFor(capacity.poolsOfOne), choices))
  .map(([capacity, { databases, roles, size }, { name, ...chosen }]) => {
    const sections = {
      platform: "local",
      hosts: {
        database: {
          count: chosen.count,
          cpu: chosen.cpu,
          memory: `${capacity.memoryGib}GiB`,
          disk: chosen.disk,
          zones: chosen.databaseZones,
        },
        proxy: { count: capacity.proxies, zones: chosen.proxyZones },
      },
      postgres: {
        version: chosen.version,
        source: "pgdg",
        profile: chosen.profile,
        settings: capacity.settings,
      },
      databases,
      roles,
      pools: { sessions: capacity.sessions, ...(size === undefined ? {} : { size }) },
      local: chosen.local,
      monitoring: chosen.monitoring,
      availability: chosen.availability,
    };
    const parsed = parseConfig(sections, name);
    if (!parsed.ok) throw new Error(formatProblems(name, parsed.problems));
    return { name, config: parsed.config };
  });
