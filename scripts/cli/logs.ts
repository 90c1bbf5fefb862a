import type { HostRole } from "../../components/model.ts";
import { quote } from "../../components/remote/shell.ts";
import { EXPORTER_UNITS, MACHINE_UNITS, OPTIONAL_UNITS, TIMED_UNITS, UNITS } from "../../components/units.ts";
import { UserError } from "../report.ts";
import { hostNamed, readStack } from "../stack/outputs.ts";
import { runSsh } from "./ssh-session.ts";

export interface LogsOptions {
  readonly stack: string;
  readonly since?: string;
  readonly lines?: string;
  readonly follow?: true;
  readonly json?: true;
}

/** The journal of a host. Whoever follows it ends it with the keyboard's interrupt. */
export async function logs(hostName: string, unit: string | undefined, options: LogsOptions): Promise<void> {
  const stack = await readStack(options.stack);
  const host = hostNamed(stack, hostName);
  const command = journalCommand(unitsFor(host, unit), options, new Date());
  // With a terminal of its own the command over there ends when this one does.
  const terminal = options.follow === true && process.stdin.isTTY && process.stdout.isTTY;
  process.exitCode = await runSsh(stack, host, [command], { terminal });
}

/** The named unit, or all that the host's role consists of; a host that is only a machine has a machine's: pure. */
export function unitsFor(
  host: { readonly name: string; readonly role: HostRole },
  unit: string | undefined,
): readonly string[] {
  const own = UNITS[host.role];
  if (unit === undefined) return own;
  const name = unit.replace(/\.service$/, "");
  const known = [
    ...own,
    ...OPTIONAL_UNITS[host.role],
    ...EXPORTER_UNITS[host.role],
    ...TIMED_UNITS[host.role],
    ...MACHINE_UNITS,
  ];
  if (!known.includes(name)) {
    throw new UserError(`there is no unit "${unit}" on ${host.name}`, `name one of: ${known.join(", ")}`);
  }
  return [name];
}

const LINES = 100;

/** What runs on the host, as one word of a shell's command line: pure. */
export function journalCommand(
  units: readonly string[],
  { since, lines, follow, json }: Omit<LogsOptions, "stack">,
  now: Date,
): string {
  const from = since === undefined ? undefined : startOf(since, now);
  const last = lines === undefined ? (from === undefined ? LINES : "all") : countOf(lines);
  return [
    ...["sudo", "-n", "journalctl", "--no-pager", "--quiet", "--utc", `--lines=${last}`],
    json ? "--output=json" : "--output=short-iso",
    // The host's clock decides what a second is; seconds since 1970 have no time zone that could be taken for another.
    ...(from === undefined ? [] : [`--since=@${Math.floor(from.getTime() / 1000)}`]),
    ...(follow ? ["--follow"] : []),
    ...units.map((unit) => `--unit=${unit}.service`),
  ]
    .map(quote)
    .join(" ");
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The time that a person means: pure. */
export function startOf(text: string, now: Date): Date {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit ?? ""];
  if (count !== undefined && seconds !== undefined) {
    return new Date(now.getTime() - Number(count) * seconds * 1000);
  }
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text,
  );
  const time = new Date(`${parts?.[1]}T${parts?.[2] ?? "00:00"}${parts?.[3] ?? "Z"}`);
  // Of a day that there is not, like February 30, another one would be made.
  const day = new Date(`${parts?.[1]}T00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(parts?.[1] ?? "");
  if (!isDay || Number.isNaN(time.getTime())) {
    throw new UserError(
      `--since "${text}" is no time`,
      "name a span back from now, like 90s, 15m, 2h or 3d, or a time like 2026-01-31, 2026-01-31T12:00 (UTC) or 2026-01-31T12:00:00+01:00",
    );
  }
  return time;
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new UserError(`--lines "${text}" is no number of lines`, "name one from 1 to 9999999");
  }
  return Number(text);
}
