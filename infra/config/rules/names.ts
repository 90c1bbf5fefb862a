import { BARMAN } from "../../../components/barman/names.ts";
import { BUSINESS, MONITORING } from "../../../components/monitoring/names.ts";
import { applicationRoles } from "../../../components/postgres/application-roles.ts";
import { didYouMean, type Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { duplicates, problem } from "./problem.ts";

const RESERVED_DATABASES = [
  "postgres",
  "template0",
  "template1",
  "replication",
  "all",
  "sameuser",
  "samerole",
  "samegroup",
  "pgbouncer",
];
const RESERVED_ROLES = [
  ...[
    "postgres",
    "replicator",
    "rewind",
    MONITORING.role,
    BUSINESS.role,
    BARMAN.catalogue,
    BARMAN.streaming,
    BARMAN.manifest,
    "pooler",
    "all",
    "public",
    "none",
    "user",
  ],
  ...["current_user", "session_user", "current_role", "pgbouncer"],
];

export function names({ databases, roles }: Config): Problem[] {
  const different = "a name of its own";
  const ofDatabases = applicationRoles(databases, []).map((role) => role.name);
  return [
    ...duplicates(databases.map((database) => database.name)).map(([index, name]) =>
      problem(`databases[${index}].name`, name, different, "rename or remove one of the two"),
    ),
    ...databases.flatMap(({ name }, index) =>
      // Of a database "pg" the roles would be pg_owner and so on, and the server keeps pg_ for its own.
      RESERVED_DATABASES.includes(name) || name.startsWith("pg_") || name === "pg"
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

/** A host's container has the stack's name and the host's, and takes the place of whatever is called so. */
export function localNames({ local }: Config): Problem[] {
  return /-(db|proxy|ops)-\d+$/.test(local.services)
    ? [
        problem(
          "local.services",
          local.services,
          "a name that no host's container has, so not ending like -db-1, -proxy-1 or -ops-1",
          "rename it",
        ),
      ]
    : [];
}

export function references({ databases, roles, access }: Config): Problem[] {
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
  const once = (path: string, all: readonly string[], entry: string) =>
    duplicates(all).map(([index, name]) =>
      problem(path.replace("#", String(index)), name, entry, "remove it"),
    );
  return [
    ...roles.flatMap((role, at) =>
      once(
        `roles[${at}].grants[#].database`,
        role.grants.map((grant) => grant.database),
        "each database once, with the widest access that the role needs there",
      ),
    ),
    ...access.flatMap((rule, at) => [
      ...once(`access[${at}].databases[#]`, rule.databases ?? [], "each database once"),
      ...once(`access[${at}].roles[#]`, rule.roles ?? [], "each role once"),
    ]),
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
