import { parametersOf } from "../../../components/postgres/metadata.ts";
import { layerParameters } from "../../../components/postgres/parameters.ts";
import { checkSetting, settingInMiB } from "../../../components/postgres/setting.ts";
import { segmentMiB } from "../../../components/postgres/sizing.ts";
import { hostSize } from "../../demand.ts";
import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { problem } from "./problem.ts";
import { settings } from "./server.ts";

/** What the server itself takes where nobody says anything: its metadata has no defaults. */
const DEFAULTS = {
  autovacuum_max_workers: 3,
  autovacuum_worker_slots: 16,
  max_wal_senders: 10,
  reserved_connections: 0,
  superuser_reserved_connections: 3,
} as const;

/** The server numbers its processes with so many bits, and keeps some for itself. */
const MOST_PROCESSES = 262_143 - 10;

/** Parameters that the server takes one by one, and refuses, or cannot live with, together. */
export function combinations(config: Config): Problem[] {
  if (settings(config).length > 0) return [];
  return [
    ...reservedConnections(config),
    ...processes(config),
    ...autovacuumWorkers(config),
    ...segments(config),
    ...disk(config),
  ];
}

const all = ({ postgres, hosts }: Config) => {
  const { cluster, host } = layerParameters({ postgres, host: hostSize({ hosts }) });
  return { ...cluster, ...host };
};

function numberOf(config: Config, name: string): number {
  const parameter = parametersOf(config.postgres.version).get(name);
  const value = all(config)[name];
  const checked = parameter && value !== undefined ? checkSetting(parameter, value) : undefined;
  const byDefault = name in DEFAULTS ? DEFAULTS[name as keyof typeof DEFAULTS] : 0;
  return checked?.ok && checked.number !== undefined ? checked.number : byDefault;
}

const at = (name: string) => `postgres.settings.${name}`;

/** The path of the first of these that the user set, for a problem is theirs only there. */
const given = (config: Config, ...names: readonly string[]) => {
  const written = Object.keys(config.postgres.settings);
  const found = names.flatMap((name) => written.find((each) => each.toLowerCase() === name) ?? [])[0];
  return found === undefined ? undefined : { path: at(found), value: config.postgres.settings[found] };
};

function reservedConnections(config: Config): Problem[] {
  const superusers = numberOf(config, "superuser_reserved_connections");
  const others = numberOf(config, "reserved_connections");
  const most = numberOf(config, "max_connections");
  const set = given(config, "reserved_connections", "superuser_reserved_connections", "max_connections");
  return set !== undefined && superusers + others >= most
    ? [
        problem(
          set.path,
          set.value,
          `with superuser_reserved_connections = ${superusers} and reserved_connections = ${others}, together less than max_connections, which is ${most}`,
          "lower it, or raise max_connections in postgres.settings",
        ),
      ]
    : [];
}

function processes(config: Config): Problem[] {
  const names = ["max_connections", "max_worker_processes", "max_wal_senders", "autovacuum_max_workers"];
  const sum = names.reduce((total, name) => total + numberOf(config, name), 0);
  const set = given(config, ...names);
  return set !== undefined && sum > MOST_PROCESSES
    ? [
        problem(
          set.path,
          set.value,
          `${names.join(", ")} of at most ${MOST_PROCESSES} together; they are ${sum}`,
          "lower it",
        ),
      ]
    : [];
}

/** Since 18 the slots are counted at the start, and more workers than slots just never run. */
function autovacuumWorkers(config: Config): Problem[] {
  if (!parametersOf(config.postgres.version).has("autovacuum_worker_slots")) return [];
  const slots = numberOf(config, "autovacuum_worker_slots");
  const set = given(config, "autovacuum_max_workers", "autovacuum_worker_slots");
  return set !== undefined && numberOf(config, "autovacuum_max_workers") > slots
    ? [
        problem(
          set.path,
          set.value,
          `no more workers than autovacuum_worker_slots, which is ${slots}`,
          "lower autovacuum_max_workers, or raise autovacuum_worker_slots",
        ),
      ]
    : [];
}

function mebibytes(config: Config, name: string): number {
  const parameter = parametersOf(config.postgres.version).get(name);
  const value = all(config)[name];
  return parameter === undefined || value === undefined ? 0 : settingInMiB(parameter, value);
}

function segments(config: Config): Problem[] {
  const least = 2 * segmentMiB(config.hosts.database.disk / 1024);
  return ["min_wal_size", "max_wal_size"].flatMap((name) => {
    const set = given(config, name);
    return set !== undefined && mebibytes(config, name) < least
      ? [
          problem(
            set.path,
            set.value,
            `${least}MB or more: two segments of the write-ahead log`,
            `set it to ${least}MB, or remove it`,
          ),
        ]
      : [];
  });
}

/** What the server may keep of its log must leave room for data: a full disk stops the primary. */
function disk(config: Config): Problem[] {
  const size = config.hosts.database.disk;
  return ["max_wal_size", "wal_keep_size", "max_slot_wal_keep_size", "min_wal_size"].flatMap((name) => {
    const set = given(config, name);
    return set !== undefined && mebibytes(config, name) > size / 2
      ? [
          problem(
            set.path,
            set.value,
            `at most half of hosts.database.disk, which is ${size}MiB: a disk full of log stops the primary`,
            "lower it, or raise hosts.database.disk",
          ),
        ]
      : [];
  });
}
