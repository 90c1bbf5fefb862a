import bcrypt from "bcryptjs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { passwordHash } from "../../../../components/monitoring/password.ts";
import { queriesOf } from "../../../../components/monitoring/queries.ts";
import { fixtureFile } from "../../../support/fixtures.ts";

const unit = (host: string, name: string) =>
  fixtureFile("local", host, `/etc/systemd/system/${name}.service.d/holdfast.conf`);

describe("an exporter", () => {
  test("serves on its host's own address, to whoever has a certificate of the cluster", () => {
    expect(unit("db-1", "prometheus-node-exporter")).toMatch(/--web\.listen-address=10\.\d+\.\d+\.11:9100 /);
    expect(parse(fixtureFile("local", "db-1", "/etc/prometheus/exporter-web.yml"))).toMatchObject({
      tls_server_config: { client_auth_type: "RequireAndVerifyClientCert" },
    });
  });

  test("of PostgreSQL comes by the socket, with no password anywhere", () => {
    const text = unit("db-1", "prometheus-postgres-exporter");
    expect(text).toContain("DATA_SOURCE_NAME=host=/var/run/postgresql user=monitoring dbname=postgres");
    expect(text).not.toMatch(/password/i);
  });

  test("does not take the package's own settings for its own", () => {
    for (const name of ["prometheus-node-exporter", "prometheus-postgres-exporter"]) {
      expect(unit("db-1", name)).toMatch(/^EnvironmentFile=$/m);
    }
  });
});

describe.each([15, 16, 17, 18] as const)("the queries of version %s", (version) => {
  const queries = queriesOf(version);

  test("have names of their own, and every column that they name", () => {
    expect(new Set(queries.map(({ name }) => name)).size).toBe(queries.length);
    for (const { sql, labels, values, name } of queries) {
      for (const column of [...Object.keys(labels), ...Object.keys(values)]) {
        expect(sql, `${name}.${column}`).toMatch(new RegExp(`\\b${column}\\b`));
      }
    }
  });

  test("take checkpoints from the view that this version has", () => {
    const sql = queries.find(({ name }) => name === "pg_checkpoints")?.sql;
    expect(sql).toContain(version >= 17 ? "pg_stat_checkpointer" : "pg_stat_bgwriter");
  });
});

test("the password's hash is the same each time, and fits that password alone", () => {
  const hash = passwordHash("one of thirty-two characters");
  expect(passwordHash("one of thirty-two characters")).toBe(hash);
  expect(bcrypt.compareSync("one of thirty-two characters", hash)).toBe(true);
  expect(bcrypt.compareSync("another", hash)).toBe(false);
});
