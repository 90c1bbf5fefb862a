import { parametersOf } from "../../../components/postgres/metadata.ts";
import { layerParameters } from "../../../components/postgres/parameters.ts";
import { checkSetting, type SettingValue, settingInMiB } from "../../../components/postgres/setting.ts";
import { segmentMiB } from "../../../components/postgres/sizing.ts";
import { hostSize } from "../../demand.ts";
import { joinPath, type Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { problem } from "./problem.ts";
import { settings } from "./server.ts";

/** What the server itself takes where nobody says anything: its metadata has no defaults. */
const DEFAULTS: Readonly<Record<string, number>> = {
  autovacuum_max_workers: 3,
  autovacuum_worker_slots: 16,
  max_wal_senders: 10,
  reserved_connections: 0,
  superuser_reserved_connections: 3,
};

/** The server numbers its processes with so many bits, and keeps some for itself. */
const MOST_PROCESSES = 262_143 - 10;

/** Parameters that the server takes one by one, and refuses, or cannot live with, together. */
export function combinations(config: Config): Problem[] {
  if (settings(config).length > 0) return [];
  const server = effective(config);
  return [
    ...reservedConnections(server),
    ...processes(server),
    ...autovacuumWorkers(server),
    ...segments(server),
    ...disk(server),
    ...statistics(server),
  ];
}

/** The parameters as the server will have them. */
interface Effective {
  readonly diskMiB: number;
  has(name: string): boolean;
  isOn(name: string): boolean;
  /** In the parameter's own unit. */
  number(name: string): number;
  mebibytes(name: string): number;
  /** The first of these that the user set, with its path: a problem is theirs only there. */
  given(...names: readonly string[]): { readonly path: string; readonly value: SettingValue } | undefined;
}

function effective({ postgres, hosts }: Config): Effective {
  const { cluster, host } = layerParameters({ postgres, host: hostSize({ hosts }) });
  const values = { ...cluster, ...host };
  const known = parametersOf(postgres.version);
  const written = Object.entries(postgres.settings);
  return {
    diskMiB: hosts.database.disk,
    has: (name) => known.has(name),
    isOn: (name) => /^(on|true|yes|1)$/i.test(String(values[name])),
    number: (name) => {
      const parameter = known.get(name);
      const value = values[name];
      const checked = parameter && value !== undefined ? checkSetting(parameter, value) : undefined;
      return (checked?.ok ? checked.number : undefined) ?? DEFAULTS[name] ?? 0;
    },
    mebibytes: (name) => {
      const parameter = known.get(name);
      const value = values[name];
      return parameter === undefined || value === undefined ? 0 : settingInMiB(parameter, value);
    },
    given: (...names) => {
      const [name, value] =
        names.flatMap((each) => written.filter(([key]) => key.toLowerCase() === each))[0] ?? [];
      return name === undefined || value === undefined
        ? undefined
        : { path: joinPath(["postgres", "settings", name]), value };
    },
  };
}

function reservedConnections(server: Effective): Problem[] {
  const superusers = server.number("superuser_reserved_connections");
  const others = server.number("reserved_connections");
  const most = server.number("max_connections");
  const set = server.given("reserved_connections", "superuser_reserved_connections", "max_connections");
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

function processes(server: Effective): Problem[] {
  const names = ["max_connections", "max_worker_processes", "max_wal_senders", "autovacuum_max_workers"];
  const sum = names.reduce((total, name) => total + server.number(name), 0);
  const set = server.given(...names);
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
function autovacuumWorkers(server: Effective): Problem[] {
  if (!server.has("autovacuum_worker_slots")) return [];
  const slots = server.number("autovacuum_worker_slots");
  const set = server.given("autovacuum_max_workers", "autovacuum_worker_slots");
  return set !== undefined && server.number("autovacuum_max_workers") > slots
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

function segments(server: Effective): Problem[] {
  const least = 2 * segmentMiB(server.diskMiB / 1024);
  return ["min_wal_size", "max_wal_size"].flatMap((name) => {
    const set = server.given(name);
    return set !== undefined && server.mebibytes(name) < least
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

/** The times of a whole statement hold those of its parts, and the server writes one or the other. */
function statistics(server: Effective): Problem[] {
  if (!server.isOn("log_statement_stats")) return [];
  return ["log_parser_stats", "log_planner_stats", "log_executor_stats"].flatMap((name) => {
    const set = server.given(name);
    return set !== undefined && server.isOn(name)
      ? [problem(set.path, set.value, "off while log_statement_stats is on", "remove one of the two")]
      : [];
  });
}

/** What the server may keep of its log must leave room for data: a full disk stops the primary. */
function disk(server: Effective): Problem[] {
  const size = server.diskMiB;
  return ["max_wal_size", "wal_keep_size", "max_slot_wal_keep_size", "min_wal_size"].flatMap((name) => {
    const set = server.given(name);
    return set !== undefined && server.mebibytes(name) > size / 2
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
