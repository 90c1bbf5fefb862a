import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { POOLERS, renderPgbouncer, UNIT, USERLIST } from "../../../../components/pgbouncer/render.ts";
import { databaseSchema } from "../../../../components/postgres/schema.ts";
import { type FixtureName, fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

/** Sections of an ini file as PgBouncer reads it: ";" and "#" begin comments, the first "=" ends a key. */
function parseIni(text: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> = {};
  for (const line of text.split("\n").filter((each) => each !== "" && !/^[;#]/.test(each))) {
    const [, section] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      current = {};
      sections[section] = current;
    } else if (key !== undefined && value !== undefined && !(key in current)) {
      current[key] = value;
    } else {
      throw new Error(`unexpected line: ${line}`);
    }
  }
  return sections;
}

describe.each<[FixtureName, "writer" | "reader"]>([
  ["local", "writer"],
  ["local", "reader"],
  ["custom", "writer"],
  ["custom", "reader"],
])("pgbouncer.ini of the fixture %s, %s", (fixture, instance) => {
  const plan = fixturePlan(fixture);
  const ini = parseIni(fixtureFile(fixture, "proxy-1", `/etc/pgbouncer/${instance}.ini`));
  const settings = ini["pgbouncer"] ?? {};

  test("reaches servers by TLS, verifies their names and shows the pooler's certificate", () => {
    expect(settings).toMatchObject({
      server_tls_sslmode: "verify-full",
      server_tls_ca_file: "/etc/pgbouncer/tls/ca.crt",
      server_tls_cert_file: "/etc/pgbouncer/tls/pooler.crt",
      server_tls_key_file: "/etc/pgbouncer/tls/pooler.key",
      server_tls_protocols: "secure",
    });
  });

  test("admits clients by TLS and by its rules only", () => {
    expect(settings).toMatchObject({
      client_tls_sslmode: "require",
      client_tls_protocols: "secure",
      auth_type: "hba",
      auth_hba_file: "/etc/pgbouncer/hba.conf",
    });
  });

  test("looks verifiers up as the pooler, through the one function", () => {
    expect(settings).toMatchObject({
      auth_user: "pooler",
      auth_dbname: "postgres",
      auth_query: "SELECT rolname, verifier FROM holdfast.pool_lookup($1)",
    });
  });

  test("tries again after a quarter of a second, since its own 15 would alone make a failover that long", () => {
    expect(settings["server_login_retry"]).toBe("0.25");
  });

  test("has the limits of the configuration", () => {
    expect(settings).toMatchObject({
      pool_mode: "transaction",
      max_client_conn: String(plan.pools.maxClients),
      max_prepared_statements: String(plan.pools.preparedStatements),
      default_pool_size: String(plan.pools.size),
      idle_transaction_timeout: String(plan.pools.idleTransactionTimeout),
    });
  });

  test("sends each database through the HAProxy port of its endpoint, with a bound on all of it", () => {
    const port = instance === "writer" ? 5000 : 5001;
    const server = `host=${instance}.${plan.topology.domain} port=${port}`;
    const lines = plan.databases.map((database) => {
      const size = database.poolSize ?? plan.pools.size;
      return [
        database.name,
        `${server} dbname=${database.name} pool_size=${size} max_db_connections=${size}`,
      ];
    });
    expect(ini["databases"]).toEqual({
      ...Object.fromEntries(lines),
      postgres: `${server} dbname=postgres pool_size=2 max_db_connections=2`,
    });
  });
});

test.each<FixtureName>(["local", "custom"])(
  "rules of the fixture %s admit by TLS and SCRAM only",
  (fixture) => {
    const lines = fixtureFile(fixture, "proxy-1", "/etc/pgbouncer/hba.conf").trimEnd().split("\n").slice(1);
    const [console, statistics, ...rules] = lines;
    expect(console).toBe("local pgbouncer postgres peer");
    expect(statistics).toBe("local pgbouncer monitoring peer map=exporters");
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) {
      const [type, databases = "", users = "", , method] = rule.split(" ");
      expect(type).toBe("hostssl");
      expect(method).toBe("scram-sha-256");
      // The look-up database and the console are nobody's to enter, and no one is let in by "all".
      expect(databases.split(",")).not.toEqual(expect.arrayContaining(["postgres"]));
      expect([...databases.split(","), ...users.split(",")]).not.toEqual(expect.arrayContaining(["all"]));
    }
  },
);

test("each access rule becomes a line for each of its networks", () => {
  const lines = fixtureFile("custom", "proxy-1", "/etc/pgbouncer/hba.conf").trimEnd().split("\n");
  expect(lines.slice(3)).toEqual([
    "hostssl shop shop_writer,shop_reader 10.20.0.0/16 scram-sha-256",
    "hostssl shop shop_writer,shop_reader 10.77.1.0/24 scram-sha-256",
    "hostssl shop,billing auditor 10.30.1.0/24 scram-sha-256",
    "hostssl shop,billing auditor 10.30.2.0/24 scram-sha-256",
  ]);
});

test("the list of users holds no password", () => {
  expect(USERLIST).toBe('"pooler" ""\n"postgres" ""\n"monitoring" ""\n');
});

test("the unit serves both instances, and starts again by itself", () => {
  expect(UNIT).toContain("ExecStart=/usr/sbin/pgbouncer /etc/pgbouncer/%i.ini");
  expect(UNIT).toContain("User=postgres");
  expect(UNIT).toContain("Restart=always");
});

test("any database that the schema takes comes back from the ini file", () => {
  const { pools } = fixturePlan("local");
  const database = fc.record({
    name: fc.stringMatching(/^[a-z_][a-z0-9_]{0,47}$/).filter((name) => name !== "postgres"),
    poolSize: fc.integer({ min: 1, max: 5000 }),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(database, { selector: (each) => each.name, minLength: 1, maxLength: 5 }),
      fc.constantFrom(...POOLERS),
      (inputs, pooler) => {
        const databases = inputs.map((input) => databaseSchema.parse(input));
        const text = renderPgbouncer({ pooler, domain: "db.example.com", databases, pools });
        const parsed = parseIni(text)["databases"] ?? {};
        expect(Object.keys(parsed).sort()).toEqual([...inputs.map((input) => input.name), "postgres"].sort());
        for (const { name, poolSize } of inputs) {
          expect(parsed[name]).toContain(
            ` dbname=${name} pool_size=${poolSize} max_db_connections=${poolSize}`,
          );
        }
      },
    ),
  );
});
