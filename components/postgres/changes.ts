import { parametersOf } from "./metadata.ts";
import type { PostgresVersion } from "./schema.ts";
import { type SettingValue, shownSetting } from "./setting.ts";
import type { Parameters } from "./sizing.ts";

/** One parameter as it shall be on every member. */
export interface WantedParameter {
  readonly name: string;
  /** As it is written in the configuration. */
  readonly value: string;
  /** As pg_settings will show it. */
  readonly shown: string;
  /** Whether the server takes another value only when it restarts. */
  readonly restart: boolean;
}

/** What standbys must have at least as much of as their primary (PostgreSQL's "Hot Standby for administrators"). */
export const STANDBY_NEEDS_AS_MUCH: readonly string[] = [
  "max_connections",
  "max_locks_per_transaction",
  "max_prepared_transactions",
  "max_wal_senders",
  "max_worker_processes",
];

/** Parameters with what the server's metadata says of them, by name. */
export function wantedParameters(
  version: PostgresVersion,
  parameters: Parameters,
): readonly WantedParameter[] {
  const known = parametersOf(version);
  return Object.keys(parameters)
    .sort()
    .map((name) => {
      const value = parameters[name] ?? "";
      const metadata = known.get(name.toLowerCase());
      return {
        name,
        value: written(value),
        shown: metadata ? shownSetting(metadata, value) : String(value),
        restart: metadata?.context === "postmaster",
      };
    });
}

const written = (value: SettingValue): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : String(value);

/** As lines of text, so that a preview's diff reads like a configuration file's. */
export const renderWanted = (parameters: readonly WantedParameter[]): string =>
  parameters.map(({ name, value, restart }) => `${name} = ${value}${restart ? RESTART_MARK : ""}`).join("\n");

const RESTART_MARK = "  # restart";

export interface ParameterChange {
  readonly name: string;
  /** Undefined where the server's own default was, or will be, in effect. */
  readonly from?: string;
  readonly to?: string;
  readonly restart: boolean;
}

/** What changes between two texts of `renderWanted`. */
export function changesBetween(before: string, after: string): readonly ParameterChange[] {
  const [old, wanted] = [before, after].map(parseWanted) as [Parsed, Parsed];
  return [...new Set([...old.keys(), ...wanted.keys()])].sort().flatMap((name) => {
    const from = old.get(name);
    const to = wanted.get(name);
    if (from?.value === to?.value) return [];
    return [
      {
        name,
        ...(from ? { from: from.value } : {}),
        ...(to ? { to: to.value } : {}),
        restart: (to ?? from)?.restart ?? false,
      },
    ];
  });
}

type Parsed = ReadonlyMap<string, { readonly value: string; readonly restart: boolean }>;

const parseWanted = (text: string): Parsed =>
  new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const restart = line.endsWith(RESTART_MARK);
        const [name = "", ...value] = (restart ? line.slice(0, -RESTART_MARK.length) : line).split(" = ");
        return [name, { value: value.join(" = "), restart }] as const;
      }),
  );

/** What the changes will do to the service, a sentence for each way of applying them. */
export function describeChanges(
  changes: readonly ParameterChange[],
  members: readonly string[],
): readonly string[] {
  const list = (some: readonly ParameterChange[]) =>
    some.map(({ name, from, to }) => `${name} ${from ?? "default"} → ${to ?? "default"}`).join(", ");
  const restarts = changes.filter((change) => change.restart);
  const reloads = changes.filter((change) => !change.restart);
  const hosts = members.join(", ");
  return [
    ...(restarts.length > 0
      ? [
          `${list(restarts)}: ${
            restarts.some(isLowered)
              ? `restart of the primary in place, about 3 s without writes, then of the other servers (${hosts}), one after the other`
              : `rolling restart of ${hosts} with one switchover, about 2 s without writes`
          }`,
        ]
      : []),
    ...(reloads.length > 0 ? [`${list(reloads)}: reload on ${hosts}, no connection is lost`] : []),
  ];
}

/** Whether the primary has to go first: a standby with less than its primary has could not replay. */
const isLowered = (change: ParameterChange): boolean =>
  STANDBY_NEEDS_AS_MUCH.includes(change.name) &&
  change.from !== undefined &&
  change.to !== undefined &&
  Number(change.to) < Number(change.from);
