import type { PostgresConfig } from "./schema.ts";
import type { SettingValue } from "./setting.ts";

/** What a database host has, or may use. */
export interface HostSize {
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

type Profile = PostgresConfig["profile"];
export type Parameters = Readonly<Record<string, SettingValue>>;

const clamp = (value: number, low: number, high: number) => Math.floor(Math.min(Math.max(value, low), high));
const mebibytes = (value: number) => `${value}MB`;

/** Behind transaction pools a few hundred busy connections are more than the processors can serve. */
export function defaultMaxConnections(memoryMiB: number): number {
  if (memoryMiB < 2048) return 100;
  return memoryMiB < 8192 ? 200 : 300;
}

/** Larger segments archive several times faster, which pays once the database is more than a toy. */
export const segmentMiB = (diskGiB: number): number => (diskGiB >= 100 ? 64 : 16);

/**
 * Memory of one host. A quarter of it for shared_buffers and three quarters as the planner's idea of the cache are
 * the documentation's advice; maintenance_work_mem and work_mem follow pgtune's rules, with work_mem halved where
 * many short transactions share the memory with large queries, and doubled for few large ones.
 */
export function memoryParameters(host: HostSize, profile: Profile, maxConnections: number): Parameters {
  const { memoryMiB } = host;
  const sharedBuffers = clamp(memoryMiB / 4, 32, 256 * 1024);
  const share = (memoryMiB - sharedBuffers) / (maxConnections * 3);
  const factor = { oltp: 1, mixed: 0.5, olap: 2 }[profile];
  return {
    shared_buffers: mebibytes(sharedBuffers),
    effective_cache_size: mebibytes(clamp((memoryMiB * 3) / 4, 64, 1024 * 1024)),
    maintenance_work_mem: mebibytes(clamp(memoryMiB / (profile === "olap" ? 8 : 16), 32, 8192)),
    work_mem: mebibytes(clamp(share * factor, 2, 1024)),
    // Without huge pages to be had, as in containers, the server goes on without them.
    huge_pages: "try",
  };
}

/** What all members share, because a promoted standby must go on as the primary did. */
export function sharedParameters(host: HostSize, profile: Profile): Parameters {
  const { cpu, diskGiB } = host;
  const workers = clamp(cpu, 2, 64);
  // Write-ahead log between checkpoints: a twentieth of the disk, at least a few segments, and never more than a
  // quarter of it.
  const diskMiB = diskGiB * 1024;
  const maxWal = clamp(diskMiB / 20, Math.min(512, diskMiB / 4), 64 * 1024);
  return {
    max_connections: defaultMaxConnections(host.memoryMiB),
    max_worker_processes: 8 + workers,
    max_parallel_workers: workers,
    max_parallel_workers_per_gather: profile === "olap" ? clamp(workers / 2, 2, 8) : clamp(workers / 4, 0, 4),
    max_parallel_maintenance_workers: clamp(workers / 3, 1, 8),
    max_wal_size: mebibytes(maxWal),
    min_wal_size: mebibytes(clamp(maxWal / 4, 128, 16 * 1024)),
    // A slot that nobody reads must not fill the disk: a dead standby is rebuilt, a full disk stops everyone.
    max_slot_wal_keep_size: mebibytes(clamp((diskMiB * 3) / 10, 256, 1024 * 1024)),
    default_statistics_target: profile === "oltp" ? 100 : 500,
  };
}
