import {
  connectionsForPools,
  poolConnections,
  sharedPoolSize,
} from "../../components/pgbouncer/arithmetic.ts";
import { applicationRoles } from "../../components/postgres/application-roles.ts";
import { extensionOfSetting, extensionsOf } from "../../components/postgres/extensions.ts";
import { parametersOf } from "../../components/postgres/metadata.ts";
import { FLOORS, ownedBecause } from "../../components/postgres/owned.ts";
import { layerParameters } from "../../components/postgres/parameters.ts";
import { checkSetting, type SettingValue, settingInMiB } from "../../components/postgres/setting.ts";
import { demandOf, hostSize } from "../demand.ts";
import { didYouMean, type Problem } from "./problems.ts";
import type { Config, SECTIONS } from "./schema.ts";

type Section = keyof typeof SECTIONS;

/**
 * A rule over one or several sections. It runs when all of them are well-formed, so that a slip in one section does
 * not hide what is wrong in the others.
 */
export interface Rule {
  readonly needs: readonly Section[];
  readonly problems: (config: Config) => Problem[];
}

const problem = (path: string, got: unknown, allowed: string, change: string): Problem => ({
  path,
  got,
  allowed,
  change,
});

/** Debian 13 has 17, Debian 12 has 15; the others are in PostgreSQL's own archive alone. */
function packageSource({ postgres }: Config): Problem[] {
  return postgres.source === "debian" && postgres.version !== 15 && postgres.version !== 17
    ? [
        problem(
          "postgres.version",
          postgres.version,
          'with packages from Debian: 15 or 17; with postgres.source "pgdg": 15, 16, 17, 18',
          "pulumi config set --path 'holdfast:postgres.source' pgdg",
        ),
      ]
    : [];
}

function settings({ postgres }: Config): Problem[] {
  const known = parametersOf(postgres.version);
  const seen = new Set<string>();
  return Object.entries(postgres.settings).flatMap(([name, value]) => {
    const path = `postgres.settings.${name}`;
    if (seen.has(name.toLowerCase())) {
      return [
        problem(path, value, "each parameter once; names are the same in any case", `remove "${name}"`),
      ];
    }
    seen.add(name.toLowerCase());
    return oneSetting(path, name, value, postgres, known);
  });
}

function oneSetting(
  path: string,
  name: string,
  value: SettingValue,
  postgres: Config["postgres"],
  known: ReturnType<typeof parametersOf>,
): Problem[] {
  const parameter = known.get(name.toLowerCase());
  const extension = extensionOfSetting(name);
  if (extension !== undefined && !postgres.extensions.includes(extension)) {
    return [
      problem(
        path,
        value,
        "settings of extensions that are loaded",
        `add "${extension}" to postgres.extensions`,
      ),
    ];
  }
  if (parameter === undefined) {
    const guess = didYouMean(
      name,
      [...known.values()].map((each) => each.name),
    );
    return [
      problem(
        path,
        value,
        `a parameter of PostgreSQL ${postgres.version}`,
        guess ? `rename it to "${guess}"` : "remove it, or check its name in the server's documentation",
      ),
    ];
  }
  const reason = ownedBecause(parameter);
  if (reason !== undefined) {
    return [problem(path, value, `not here: ${reason}`, "remove it")];
  }
  const checked = checkSetting(parameter, value);
  if (!checked.ok) {
    return [problem(path, value, checked.allowed, "set it to such a value")];
  }
  const floor = FLOORS[parameter.name];
  return floor !== undefined && checked.number !== undefined && checked.number < floor.atLeast
    ? [
        problem(
          path,
          value,
          `${floor.atLeast} or more: ${floor.reason}`,
          `set it to ${floor.atLeast}, or remove it`,
        ),
      ]
    : [];
}

function extensions({ postgres, databases }: Config): Problem[] {
  const known = extensionsOf(postgres.version);
  const check = (path: string, names: readonly string[]) =>
    names.flatMap((name, index) => {
      if (known.includes(name)) return [];
      const guess = didYouMean(name, known);
      return [
        problem(
          `${path}[${index}]`,
          name,
          `an extension of PostgreSQL ${postgres.version}: ${known.sort().join(", ")}`,
          guess ? `rename it to "${guess}"` : "remove it",
        ),
      ];
    });
  return [
    ...check("postgres.extensions", postgres.extensions),
    ...databases.flatMap((database, index) => check(`databases[${index}].extensions`, database.extensions)),
  ];
}

const RESERVED_DATABASES = [
  "postgres",
  "template0",
  "template1",
  "replication",
  "all",
  "sameuser",
  "samerole",
  "pgbouncer",
];
const RESERVED_ROLES = [
  ...["postgres", "replicator", "rewind", "monitoring", "backup", "pooler", "all", "public", "none", "user"],
  ...["current_user", "session_user", "current_role", "pgbouncer"],
];

function names({ databases, roles }: Config): Problem[] {
  const different = "a name of its own";
  const ofDatabases = applicationRoles(databases, []).map((role) => role.name);
  return [
    ...duplicates(databases.map((database) => database.name)).map(([index, name]) =>
      problem(`databases[${index}].name`, name, different, "rename or remove one of the two"),
    ),
    ...databases.flatMap(({ name }, index) =>
      RESERVED_DATABASES.includes(name) || name.startsWith("pg_")
        ? [
            problem(
              `databases[${index}].name`,
              name,
              "a name that neither PostgreSQL nor PgBouncer keeps for itself",
              "rename it",
            ),
          ]
        : [],
    ),
    ...duplicates([...ofDatabases, ...roles.map((role) => role.name)])
      .filter(([index]) => index >= ofDatabases.length)
      .map(([index, name]) =>
        problem(
          `roles[${index - ofDatabases.length}].name`,
          name,
          `${different}; each database brings NAME_owner, NAME_writer and NAME_reader`,
          "rename it",
        ),
      ),
    ...roles.flatMap(({ name }, index) =>
      RESERVED_ROLES.includes(name) || name.startsWith("pg_")
        ? [
            problem(
              `roles[${index}].name`,
              name,
              "a name that neither PostgreSQL nor Holdfast uses itself",
              "rename it",
            ),
          ]
        : [],
    ),
  ];
}

function duplicates(all: readonly string[]): [number, string][] {
  return all.flatMap((name, index): [number, string][] => (all.indexOf(name) < index ? [[index, name]] : []));
}

function references({ databases, roles, access }: Config): Problem[] {
  const databaseNames = databases.map((database) => database.name);
  const roleNames = applicationRoles(databases, roles).map((role) => role.name);
  const check = (path: string, name: string, known: readonly string[], kind: string) => {
    if (known.includes(name)) return [];
    const guess = didYouMean(name, known);
    return [
      problem(
        path,
        name,
        `${kind}: ${known.join(", ")}`,
        guess ? `rename it to "${guess}"` : "add it, or remove this",
      ),
    ];
  };
  return [
    ...roles.flatMap((role, at) =>
      role.grants.flatMap((grant, index) =>
        check(
          `roles[${at}].grants[${index}].database`,
          grant.database,
          databaseNames,
          "one of the databases",
        ),
      ),
    ),
    ...access.flatMap((rule, at) => [
      ...(rule.databases ?? []).flatMap((name, index) =>
        check(`access[${at}].databases[${index}]`, name, databaseNames, "one of the databases"),
      ),
      ...(rule.roles ?? []).flatMap((name, index) =>
        check(`access[${at}].roles[${index}]`, name, roleNames, "one of the application roles"),
      ),
    ]),
  ];
}

function lifetimes({ tls }: Config): Problem[] {
  return [
    ...(tls.renewBeforeDays >= tls.certificateDays
      ? [
          problem(
            "tls.renewBeforeDays",
            tls.renewBeforeDays,
            `less than tls.certificateDays, which is ${tls.certificateDays}`,
            "lower it, or raise tls.certificateDays",
          ),
        ]
      : []),
    ...(tls.certificateDays >= tls.caDays
      ? [
          problem(
            "tls.certificateDays",
            tls.certificateDays,
            `less than tls.caDays, which is ${tls.caDays}: no certificate outlives its authority`,
            "lower it, or raise tls.caDays",
          ),
        ]
      : []),
  ];
}

/** Shared memory, and what a connection costs before it does anything; the rest of the system needs some, too. */
const BACKEND_MIB = 3;
const SYSTEM_MIB = 96;

function memoryBudget(config: Config): Problem[] {
  if (settings(config).length > 0) return [];
  const { cluster, host } = layerParameters({ postgres: config.postgres, host: hostSize(config) });
  const all = { ...cluster, ...host };
  const known = parametersOf(config.postgres.version);
  const mib = (name: string) => {
    const parameter = known.get(name);
    return parameter === undefined ? 0 : settingInMiB(parameter, all[name] ?? 0);
  };
  const total = config.hosts.database.memory;
  const shared = Math.ceil(mib("shared_buffers"));
  const backends = Number(all["max_connections"]) * BACKEND_MIB;
  const needed = shared + backends + Math.ceil(mib("maintenance_work_mem")) + SYSTEM_MIB;
  if (needed <= total) return [];
  return [
    problem(
      "hosts.database.memory",
      `${total}MiB`,
      `${needed}MiB or more: ${shared} for shared_buffers, ${backends} for ${String(all["max_connections"])} connections, ${Math.ceil(mib("maintenance_work_mem"))} for maintenance_work_mem, ${SYSTEM_MIB} for the system`,
      "raise it, or lower shared_buffers or max_connections in postgres.settings",
    ),
  ];
}

function poolArithmetic(config: Config): Problem[] {
  if (settings(config).length > 0) return [];
  const { cluster } = layerParameters({ postgres: config.postgres, host: hostSize(config) });
  const maxConnections = Number(cluster["max_connections"]);
  const demand = demandOf(config, cluster);
  const free = connectionsForPools(demand, maxConnections);
  const size = sharedPoolSize(demand, maxConnections);
  const wanted = poolConnections(demand, Math.max(size, 1));
  if (wanted <= free) return [];
  const explicit = config.pools.size !== undefined;
  return [
    problem(
      explicit ? "pools.size" : "databases",
      explicit ? config.pools.size : `${config.databases.length} databases`,
      `pools that fit: ${demand.proxies} proxies with 2 pools for each database would open ${wanted} connections, and of max_connections = ${maxConnections} only ${free} are left for them`,
      "lower pools.size or a database's poolSize, or raise max_connections in postgres.settings",
    ),
  ];
}

function zones({ hosts }: Config): Problem[] {
  return (["database", "proxy", "operations"] as const).flatMap((role) =>
    duplicates(hosts[role].zones).map(([index, name]) =>
      problem(`hosts.${role}.zones[${index}]`, name, "each zone once", "remove it"),
    ),
  );
}

export const RULES: readonly Rule[] = [
  { needs: ["postgres"], problems: packageSource },
  { needs: ["postgres"], problems: settings },
  { needs: ["postgres", "databases"], problems: extensions },
  { needs: ["databases", "roles"], problems: names },
  { needs: ["databases", "roles", "access"], problems: references },
  { needs: ["tls"], problems: lifetimes },
  { needs: ["hosts"], problems: zones },
  { needs: ["postgres", "hosts"], problems: memoryBudget },
  { needs: ["postgres", "hosts", "databases", "pools"], problems: poolArithmetic },
];
