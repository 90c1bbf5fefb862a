import { describe, expect, test } from "vitest";
import { parametersOf } from "../../../../components/postgres/metadata.ts";
import { ownedBecause } from "../../../../components/postgres/owned.ts";
import { layerParameters } from "../../../../components/postgres/parameters.ts";
import { POSTGRES_VERSIONS, type PostgresConfig } from "../../../../components/postgres/schema.ts";

const host = { cpu: 4, memoryMiB: 4096, diskGiB: 100 };

const layered = (given: Partial<PostgresConfig> = {}) =>
  layerParameters({
    postgres: {
      version: 17,
      source: "debian",
      profile: "oltp",
      extensions: ["pg_stat_statements"],
      settings: {},
      ...given,
    },
    host,
  });

describe("the layers", () => {
  test("a default stands where nobody says more", () => {
    expect(layered().cluster).toMatchObject({ checkpoint_timeout: "15min", max_connections: 200 });
    expect(layered().host).toMatchObject({ shared_buffers: "1024MB" });
  });

  test("the user's settings are before defaults and before sizing", () => {
    const settings = { checkpoint_timeout: "5min", max_connections: 50, shared_buffers: "128MB" };
    expect(layered({ settings }).cluster).toMatchObject({ checkpoint_timeout: "5min", max_connections: 50 });
    expect(layered({ settings }).host).toMatchObject({ shared_buffers: "128MB" });
  });

  test("memory is shared out among the connections that there will be", () => {
    const few = layered({ settings: { max_connections: 50 } }).host["work_mem"];
    expect([layered().host["work_mem"], few]).toEqual(["5MB", "20MB"]);
  });

  test("a name in another case is the same parameter, spelt as the server does", () => {
    const { cluster } = layered({ settings: { timezone: "UTC", MAX_CONNECTIONS: 70 } });
    expect(cluster).toMatchObject({ TimeZone: "UTC", max_connections: 70 });
    expect(Object.keys(cluster)).not.toContain("timezone");
  });

  test("the libraries are those of the extensions", () => {
    expect(layered({ extensions: ["pgcrypto", "pg_stat_statements", "auto_explain"] }).cluster).toMatchObject(
      {
        shared_preload_libraries: "auto_explain,pg_stat_statements",
      },
    );
  });

  test("what the cluster relies on cannot be overwritten", () => {
    expect(layered({ settings: { ssl: false, wal_level: "minimal" } }).cluster).toMatchObject({
      ssl: true,
      wal_level: "logical",
      password_encryption: "scram-sha-256",
      restart_after_crash: false,
    });
  });
});

test("memory is the host's, everything else the cluster's, and each in order", () => {
  const { cluster, host: own } = layered({ settings: { temp_buffers: "16MB", work_mem: "8MB" } });
  expect(Object.keys(own)).toEqual([
    ...["effective_cache_size", "huge_pages", "maintenance_work_mem", "shared_buffers", "temp_buffers"],
    "work_mem",
  ]);
  expect(Object.keys(cluster).filter((name) => name in own)).toEqual([]);
  expect(Object.keys(cluster)).toEqual(Object.keys(cluster).sort());
});

test.each(POSTGRES_VERSIONS)(
  "PostgreSQL %i: what a user may set is never silently overwritten",
  (version) => {
    for (const parameter of parametersOf(version).values()) {
      if (ownedBecause(parameter) !== undefined) continue;
      const { cluster, host: own } = layered({ version, settings: { [parameter.name]: "the user's" } });
      expect({ ...cluster, ...own }[parameter.name], parameter.name).toBe("the user's");
    }
  },
);
