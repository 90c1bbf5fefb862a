import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parametersOf } from "../../../../components/postgres/metadata.ts";
import { layerParameters } from "../../../../components/postgres/parameters.ts";
import { POSTGRES_VERSIONS, type PostgresConfig } from "../../../../components/postgres/schema.ts";
import { checkSetting, settingInMiB } from "../../../../components/postgres/setting.ts";
import {
  defaultMaxConnections,
  type HostSize,
  memoryParameters,
  sharedParameters,
} from "../../../../components/postgres/sizing.ts";

const GIB = 1024;
const profile = fc.constantFrom<PostgresConfig["profile"]>("oltp", "olap", "mixed");
const host: fc.Arbitrary<HostSize> = fc.record({
  cpu: fc.double({ min: 0.25, max: 448, noNaN: true }),
  memoryMiB: fc.integer({ min: 256, max: 768 * GIB }),
  diskGiB: fc.integer({ min: 1, max: 64 * GIB }),
});

describe.each(POSTGRES_VERSIONS)("PostgreSQL %i", (version) => {
  const known = parametersOf(version);

  test("takes every parameter that is computed for any host and profile", () => {
    fc.assert(
      fc.property(host, profile, (size, chosen) => {
        const postgres: PostgresConfig = {
          version,
          source: "pgdg",
          profile: chosen,
          extensions: [],
          settings: {},
        };
        const { cluster, host: own } = layerParameters({ postgres, host: size });
        for (const [name, value] of Object.entries({ ...cluster, ...own })) {
          const parameter = known.get(name);
          expect(parameter && checkSetting(parameter, value), `${name} = ${value}`).toMatchObject({
            ok: true,
          });
        }
      }),
    );
  });

  test("gets sizes that fit into the host and together", () => {
    const mib = (name: string, value: string | number | boolean | undefined) => {
      const parameter = known.get(name);
      return parameter === undefined || value === undefined ? Number.NaN : settingInMiB(parameter, value);
    };
    fc.assert(
      fc.property(host, profile, (size, chosen) => {
        const memory = memoryParameters(size, chosen, defaultMaxConnections(size.memoryMiB));
        const shared = sharedParameters(size, chosen);
        const maxWal = mib("max_wal_size", shared["max_wal_size"]);
        const diskMiB = size.diskGiB * 1024;
        expect(mib("shared_buffers", memory["shared_buffers"])).toBeLessThanOrEqual(size.memoryMiB / 4);
        expect(mib("effective_cache_size", memory["effective_cache_size"])).toBeLessThan(size.memoryMiB);
        expect(mib("maintenance_work_mem", memory["maintenance_work_mem"])).toBeLessThanOrEqual(
          size.memoryMiB / 8,
        );
        expect(maxWal).toBeLessThanOrEqual(diskMiB / 4);
        expect(mib("min_wal_size", shared["min_wal_size"])).toBeLessThanOrEqual(maxWal);
        expect(
          maxWal + mib("max_slot_wal_keep_size", shared["max_slot_wal_keep_size"]),
          "a slot that nobody reads fills the disk",
        ).toBeLessThan(diskMiB * 0.6);
        expect(Number(shared["max_parallel_workers"])).toBeLessThan(Number(shared["max_worker_processes"]));
      }),
    );
  });
});

describe("by example", () => {
  test("the default host", () => {
    const size = { cpu: 1, memoryMiB: GIB, diskGiB: 10 };
    expect({ ...memoryParameters(size, "oltp", 100), ...sharedParameters(size, "oltp") }).toEqual({
      shared_buffers: "256MB",
      effective_cache_size: "768MB",
      maintenance_work_mem: "64MB",
      work_mem: "2MB",
      huge_pages: "try",
      max_connections: 100,
      max_worker_processes: 10,
      max_parallel_workers: 2,
      max_parallel_workers_per_gather: 0,
      max_parallel_maintenance_workers: 1,
      max_wal_size: "512MB",
      min_wal_size: "128MB",
      max_slot_wal_keep_size: "3072MB",
      default_statistics_target: 100,
    });
  });

  test("a large host for large queries", () => {
    const size = { cpu: 32, memoryMiB: 128 * GIB, diskGiB: 2 * GIB };
    expect({ ...memoryParameters(size, "olap", 300), ...sharedParameters(size, "olap") }).toEqual({
      shared_buffers: "32768MB",
      effective_cache_size: "98304MB",
      maintenance_work_mem: "8192MB",
      work_mem: "218MB",
      huge_pages: "try",
      max_connections: 300,
      max_worker_processes: 40,
      max_parallel_workers: 32,
      max_parallel_workers_per_gather: 8,
      max_parallel_maintenance_workers: 8,
      max_wal_size: "65536MB",
      min_wal_size: "16384MB",
      max_slot_wal_keep_size: "629145MB",
      default_statistics_target: 500,
    });
  });

  test("the smallest disk keeps most of its room for data", () => {
    expect(sharedParameters({ cpu: 1, memoryMiB: 1024, diskGiB: 1 }, "oltp")).toMatchObject({
      max_wal_size: "256MB",
      min_wal_size: "128MB",
      max_slot_wal_keep_size: "307MB",
    });
  });

  test("one query's share is halved for mixed work, and doubled for large queries", () => {
    const workMem = (chosen: PostgresConfig["profile"]) =>
      memoryParameters({ cpu: 8, memoryMiB: 32 * GIB, diskGiB: 100 }, chosen, 300)["work_mem"];
    expect([workMem("mixed"), workMem("oltp"), workMem("olap")]).toEqual(["13MB", "27MB", "54MB"]);
  });

  test.each([
    [2047, 100],
    [2048, 200],
    [8191, 200],
    [8192, 300],
    [768 * GIB, 300],
  ])("%i MiB of memory: %i connections", (memoryMiB, connections) => {
    expect(defaultMaxConnections(memoryMiB)).toBe(connections);
  });
});
