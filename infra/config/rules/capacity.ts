import {
  connectionsForPools,
  poolConnections,
  sharedPoolSize,
} from "../../../components/pgbouncer/arithmetic.ts";
import { parametersOf } from "../../../components/postgres/metadata.ts";
import { layerParameters } from "../../../components/postgres/parameters.ts";
import { settingInMiB } from "../../../components/postgres/setting.ts";
import { demandOf, hostSize } from "../../demand.ts";
import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { combinations } from "./combinations.ts";
import { problem } from "./problem.ts";
import { settings } from "./server.ts";

/** Shared memory, and what a connection costs before it does anything; the rest of the system needs some, too. */
const BACKEND_MIB = 3;
const SYSTEM_MIB = 96;
/** An entry of the server's table of locks, rounded up. */
const LOCK_BYTES = 512;

interface MemoryNeed {
  readonly sharedBuffers: number;
  readonly maxConnections: number;
  readonly backends: number;
  readonly maintenance: number;
  /** One sort, and what the server takes at its start besides shared_buffers. */
  readonly others: number;
  readonly total: number;
}

function memoryNeed(config: Config, memoryMiB: number): MemoryNeed {
  const { postgres } = config;
  const { cluster, host } = layerParameters({ postgres, host: { ...hostSize(config), memoryMiB } });
  const all = { ...cluster, ...host };
  const known = parametersOf(postgres.version);
  const mib = (name: string) => {
    const parameter = known.get(name);
    // Below zero means that the server chooses.
    return parameter === undefined ? 0 : Math.max(0, Math.ceil(settingInMiB(parameter, all[name] ?? 0)));
  };
  const sharedBuffers = mib("shared_buffers");
  const maintenance = mib("maintenance_work_mem");
  const maxConnections = Number(all["max_connections"]);
  const backends = maxConnections * BACKEND_MIB;
  const transactions = maxConnections + Number(all["max_prepared_transactions"] ?? 0);
  const locks = ["max_locks_per_transaction", "max_pred_locks_per_transaction"]
    .map((name) => Math.floor((Number(all[name] ?? 0) * transactions * LOCK_BYTES) / 1024 ** 2))
    .reduce((sum, each) => sum + each);
  const others = mib("work_mem") + mib("wal_buffers") + mib("min_dynamic_shared_memory") + locks;
  const total = sharedBuffers + backends + maintenance + others + SYSTEM_MIB;
  return { sharedBuffers, maxConnections, backends, maintenance, others, total };
}

export function memoryBudget(config: Config): Problem[] {
  if (settings(config).length > 0 || combinations(config).length > 0) return [];
  const got = config.hosts.database.memory;
  let enough = got;
  let need = memoryNeed(config, enough);
  // What a host needs grows with what it has, but by less than half as much.
  while (need.total > enough) {
    enough = need.total;
    need = memoryNeed(config, enough);
  }
  if (enough === got) return [];
  const type = config.platform === "aws" ? config.aws?.instances.database : undefined;
  return [
    problem(
      type === undefined ? "hosts.database.memory" : "aws.instances.database",
      type ?? `${got}MiB`,
      `${enough}MiB or more: ${need.sharedBuffers} for shared_buffers, ${need.backends} for ${need.maxConnections} connections, ${need.maintenance} for maintenance_work_mem, ${need.others} for work_mem, wal_buffers and locks, ${SYSTEM_MIB} for the system`,
      `${type === undefined ? "raise it" : "choose a larger type"}, or lower the largest of these in postgres.settings`,
    ),
  ];
}

export function poolArithmetic(config: Config): Problem[] {
  if (settings(config).length > 0 || combinations(config).length > 0) return [];
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
      explicit ? config.pools.size : config.databases.map((database) => database.name),
      `pools that fit: ${demand.proxies} proxies with 2 pools for each database would open ${wanted} connections, and of max_connections = ${maxConnections} only ${Math.max(free, 0)} are left for them`,
      "lower pools.size, pools.sessions or a database's poolSize, or raise max_connections in postgres.settings",
    ),
  ];
}
