import { parametersOf } from "./metadata.ts";
import type { PostgresVersion } from "./schema.ts";
import type { SettingValue } from "./setting.ts";
import type { Parameters } from "./sizing.ts";

/** One parameter as it shall be on every member. */
export interface WantedParameter {
  readonly name: string;
  /** As it is written in the configuration. */
  readonly value: string;
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
      const restart = known.get(name.toLowerCase())?.context === "postmaster";
      return { name, value: written(parameters[name] ?? ""), restart };
    });
}

const written = (value: SettingValue): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : String(value);

/** As lines of text, so that a preview's diff reads like a configuration file's. */
export const renderWanted = (parameters: readonly WantedParameter[]): string =>
  parameters.map(({ name, value }) => `${name} = ${value}`).join("\n");

export interface ParameterChange {
  readonly name: string;
  /** Undefined where the server's own default was, or will be, in effect. */
  readonly from?: string;
  readonly to?: string;
}

/** What changes between two texts of `renderWanted`. */
export function changesBetween(
  before: string | undefined,
  after: string | undefined,
): readonly ParameterChange[] {
  const old = parseWanted(before ?? "");
  const wanted = parseWanted(after ?? "");
  return [...new Set([...old.keys(), ...wanted.keys()])].sort().flatMap((name) => {
    const from = old.get(name);
    const to = wanted.get(name);
    if (from?.value === to?.value) return [];
    return [
      {
        name,
        ...(from ? { from: from.value } : {}),
        ...(to ? { to: to.value } : {}),
      },
    ];
  });
}

const parseWanted = (text: string): ReadonlyMap<string, { readonly value: string }> =>
  new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", ...value] = line.split(" = ");
        return [name, { value: value.join(" = ") }] as const;
      }),
  );

const list = (changes: readonly ParameterChange[]): string =>
  changes.map(({ name, from, to }) => `${name} ${from ?? "default"} → ${to ?? "default"}`).join(", ");

/** What changes that need a restart will do to the service: a sentence, or none. */
export function describeRestarts(
  changes: readonly ParameterChange[],
  members: readonly string[],
): readonly string[] {
  if (changes.length === 0) return [];
  const hosts = members.join(", ");
  return [
    `${list(changes)}: ${
      changes.some(mayBeLowered)
        ? `restart of the primary in place, about 3 s without writes, then of the other servers of ${hosts}, one after the other`
        : `rolling restart of ${hosts} with one switchover, about 2 s without writes`
    }`,
  ];
}

/** What changes that need no restart will do to the service: a sentence, or none. */
export const describeReloads = (
  changes: readonly ParameterChange[],
  members: readonly string[],
): readonly string[] =>
  changes.length === 0 ? [] : [`${list(changes)}: reload on ${members.join(", ")}, no connection is lost`];

/**
 * Whether the primary has to go first: a standby with less than its primary has could not replay. Towards the server's
 * default it is taken for lowered, since few set less than that.
 */
const mayBeLowered = (change: ParameterChange): boolean =>
  STANDBY_NEEDS_AS_MUCH.includes(change.name) &&
  change.from !== undefined &&
  (change.to === undefined || Number(change.to) < Number(change.from));
