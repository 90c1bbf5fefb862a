import { describe, expect, test } from "vitest";
import { applicationRoles } from "../../../../components/postgres/application-roles.ts";
import { passwordFiles, rolesFiles } from "../../../../components/postgres/files.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

const plan = fixturePlan("custom");
const sql = fixtureFile("custom", "db-1", "/etc/holdfast/roles.sql");
const lines = sql.split("\n");
const indexOf = (line: string) => lines.findIndex((each) => each.startsWith(line));

/** What runs in one database: from its \connect to the next one. */
const inDatabase = (name: string) => {
  const start = lines.indexOf(`\\connect "${name}"`);
  return lines.slice(start, lines.indexOf("\\connect postgres", start));
};

/** They come in by certificate. */
const WITHOUT_PASSWORD = [
  "pooler",
  "barman",
  "streaming_barman",
  "barman_manifest",
  "monitoring",
  "business_metrics",
];

describe("verifiers of passwords", () => {
  test("are named in the script, never written into it", () => {
    const statements = lines.filter((line) => /\bPASSWORD\b/.test(line));
    expect(statements.length).toBe(plan.roles.length + WITHOUT_PASSWORD.length);
    for (const statement of statements) {
      expect(statement).toMatch(/ PASSWORD (:'verifier_[a-z_]+'|NULL);$/);
    }
  });

  test("are there for every login role that uses one", () => {
    for (const role of plan.roles.map((each) => each.name)) {
      expect(sql).toMatch(new RegExp(`^ALTER ROLE "?${role}"? LOGIN .* PASSWORD :'verifier_${role}';$`, "m"));
    }
  });

  test("are set while the server logs nothing, and before a \\connect ends that session", () => {
    const first = lines.findIndex((line) => / PASSWORD :'/.test(line));
    const last = lines.findLastIndex((line) => / PASSWORD :'/.test(line));
    for (const setting of [
      "SET log_statement = 'none';",
      "SET log_min_duration_statement = -1;",
      "SET log_min_error_statement = 'panic';",
    ]) {
      expect(indexOf(setting)).toBeGreaterThan(0);
      expect(indexOf(setting)).toBeLessThan(first);
    }
    expect(last).toBeLessThan(indexOf("\\connect"));
  });

  test("of the pooler there is none: it logs in by certificate", () => {
    expect(lines).toContain("ALTER ROLE pooler LOGIN NOSUPERUSER PASSWORD NULL;");
  });
});

test("the script ends at the first error", () => {
  expect(lines[1]).toBe("\\set ON_ERROR_STOP on");
});

test("no role is a superuser or may make others", () => {
  const roles = lines.filter((line) => /^ALTER ROLE \S+ LOGIN /.test(line));
  expect(roles.every((line) => line.includes(" NOSUPERUSER "))).toBe(true);
  const application = roles.filter((line) => plan.roles.some((role) => line.includes(`"${role.name}"`)));
  expect(application).toHaveLength(plan.roles.length);
  for (const line of application) {
    expect(line).toContain(" NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION ");
  }
});

test("roles are made before the databases that they own", () => {
  expect(indexOf("SELECT format('CREATE ROLE %I', 'billing_owner')")).toBeLessThan(
    indexOf(
      "SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE %L', 'billing'",
    ),
  );
});

describe.each(["shop", "billing"])("the database %s", (name) => {
  const inside = inDatabase(name);

  test("takes the right to connect from everybody, and gives it to its own roles, monitoring and whoever counts its rows", () => {
    const revoked = indexOf(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC;`);
    expect(revoked).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes(`ON DATABASE "${name}" TO`))).toEqual([
      `GRANT CONNECT, TEMPORARY ON DATABASE "${name}" TO "${name}_owner", "${name}_writer", "${name}_reader";`,
      `GRANT CONNECT ON DATABASE "${name}" TO monitoring, barman_manifest;`,
    ]);
    expect(indexOf(`GRANT CONNECT, TEMPORARY ON DATABASE "${name}"`)).toBeGreaterThan(revoked);
  });

  test("lets nobody but its owner create in the schema public", () => {
    expect(inside).toContain(`ALTER SCHEMA public OWNER TO "${name}_owner";`);
    expect(inside).toContain("REVOKE CREATE ON SCHEMA public FROM PUBLIC;");
  });

  test("gives readers and writers what the owner makes later", () => {
    const defaults = `ALTER DEFAULT PRIVILEGES FOR ROLE "${name}_owner" GRANT`;
    expect(inside.filter((line) => line.startsWith("ALTER DEFAULT PRIVILEGES"))).toEqual([
      `${defaults} SELECT ON TABLES TO "${name}_reader";`,
      `${defaults} SELECT, INSERT, UPDATE, DELETE ON TABLES TO "${name}_writer";`,
      `${defaults} USAGE, SELECT ON SEQUENCES TO "${name}_writer";`,
      `${defaults} USAGE ON SCHEMAS TO "${name}_writer", "${name}_reader";`,
    ]);
  });

  test("lets readers change nothing", () => {
    const toReaders = lines.filter((line) => line.startsWith("GRANT") && line.includes(`"${name}_reader"`));
    for (const line of toReaders.filter((each) => / ON ALL /.test(each))) {
      expect(line).toMatch(/^GRANT SELECT ON ALL TABLES/);
    }
  });
});

test("a database has the extensions of all and its own, but for those that are libraries alone", () => {
  const created = inDatabase("shop").filter((line) => line.startsWith('CREATE EXTENSION IF NOT EXISTS "'));
  expect(created).toEqual(
    ["pg_prewarm", "pg_stat_statements", "pg_trgm"].map(
      (name) => `CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE;`,
    ),
  );
});

test("grants make a role a member of the database's roles", () => {
  expect(lines.filter((line) => /^GRANT "\w+" TO "\w+";$/.test(line))).toEqual([
    'GRANT "shop_reader" TO "auditor";',
    'GRANT "billing_reader" TO "auditor";',
    'GRANT "shop_owner" TO "migrations";',
    'GRANT "shop_reader" TO "business_metrics";',
    'GRANT "billing_reader" TO "business_metrics";',
  ]);
  expect(lines).toContain(
    `ALTER ROLE "auditor" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 5 PASSWORD :'verifier_auditor';`,
  );
});

test("verifiers are shown to the pooler alone, and only those of plain login roles", () => {
  expect(sql).toContain("REVOKE ALL ON FUNCTION holdfast.pool_lookup(text) FROM PUBLIC;");
  expect(sql).toContain("GRANT EXECUTE ON FUNCTION holdfast.pool_lookup(text) TO pooler;");
  expect(sql).toContain("a.rolcanlogin AND NOT a.rolsuper AND NOT a.rolreplication");
  expect(sql).toContain("SECURITY DEFINER SET search_path = pg_catalog, pg_temp");
});

test("each database brings an owner, a writer and a reader", () => {
  expect(applicationRoles(plan.databases, []).map((role) => role.name)).toEqual(
    ["shop", "billing"].flatMap((name) => [`${name}_owner`, `${name}_writer`, `${name}_reader`]),
  );
});

test("passwords have a file that only root reads, the script one that PostgreSQL's user reads too", () => {
  expect(passwordFiles({ app: "x" }).map(({ path, owner, mode }) => [path, owner, mode])).toEqual([
    ["/etc/holdfast/secrets/passwords.json", "root:root", "0600"],
  ]);
  expect(rolesFiles(plan).find((file) => file.path.endsWith(".sql"))).toMatchObject({
    owner: "root:postgres",
    mode: "0640",
  });
});
