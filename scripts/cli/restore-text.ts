import Table from "cli-table3";
import type { Stack, StackHost } from "../stack/outputs.ts";
import type { BackupRow, OpenRestore, RestorePlan, RestoreTest } from "../stack/restores.ts";

export const PLACES = { bucket: "the bucket", barman: "Barman's catalogue" } as const;
const MIB = 1024 * 1024;

const mib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
const day = (at: string): string => at.slice(0, 19).replace("T", " ");

/** Seconds as a person says them. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** The table of all backups; times in UTC: pure. */
export function renderBackups(rows: readonly BackupRow[]): string {
  if (rows.length === 0) return "there is no backup\n";
  const table = new Table({
    head: ["BACKUP", "PLACE", "ENDED (UTC)", "SIZE", "WAL UNTIL (UTC)", "LAST PROVEN"],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    table.push([
      row.id,
      row.source,
      day(row.ended),
      mib(row.bytes),
      row.walMissing === null
        ? row.walUntil === null
          ? "none"
          : day(row.walUntil)
        : `${row.walMissing} MISSING`,
      row.proven === null
        ? "never"
        : `${day(row.proven.at)}${row.proven.problems.length === 0 ? "" : ` FAILED: ${row.proven.problems[0]}`}`,
    ]);
  }
  return `${table.toString()}\n`;
}

/** What a restore would do, and what of the data it would not have: pure. */
export function renderPlan(plan: RestorePlan, now: Date): string {
  const { kind, value } = plan.target;
  const behind = (now.getTime() - new Date(plan.walUntil).getTime()) / 1000;
  const lost =
    kind === "latest"
      ? `what is not in the last WAL file, which came there ${span(behind)} ago (${day(plan.walUntil)} UTC)`
      : `everything that was committed after ${kind} ${value}`;
  const lines = [
    ["to", kind === "latest" ? "the end of the WAL" : `${kind} ${value}`],
    ["from", `${PLACES[plan.source]}, timeline ${plan.timeline}`],
    ["backup", `${plan.backup}, ended ${day(plan.backupEnded)} UTC, ${mib(plan.bytes)}`],
    ["WAL", `${plan.walFirst} to ${plan.walLast}, ${plan.walFiles} files at most`],
    [
      "takes",
      plan.seconds === null
        ? "nobody knows: nothing was restored from there yet"
        : `about ${span(plan.seconds)}, as fast as the last time`,
    ],
    ["needs", `${mib(plan.bytesNeeded)} of ${mib(plan.bytesFree)} that are free`],
    ["not in it", lost],
  ];
  return lines.map(([name = "", text = ""]) => `${name.padEnd(11)}${text}\n`).join("");
}

/** Where a restore got to, beside where it was to get: pure. */
export function renderReached({ plan, reached }: OpenRestore): string {
  const { kind, value } = plan.target;
  const wanted = kind === "latest" ? "the end of the WAL" : `${kind} ${value}`;
  const commit = reached.time === null ? "no commit after the backup" : `last commit ${reached.time}`;
  const note = reached.note === null ? "" : ` (${reached.note})`;
  return `recovered to ${reached.lsn}, ${commit}; wanted was ${wanted}${note}; in ${span(reached.seconds)}\n`;
}

/** What a test that passed has measured: pure. */
export function renderTest(test: RestoreTest): string {
  const speed = (bytes: number, seconds = 0) => `${Math.round(bytes / MIB / Math.max(seconds, 0.01))} MiB/s`;
  return [
    `the backup ${test.backup} from ${PLACES[test.source]} was restored and is good, in ${span(test.seconds)}`,
    `  base backup  ${mib(test.bytes)}, ${speed(test.bytes, test.baseSeconds)}, its checksums ${speed(test.bytes, test.checkSeconds)}`,
    `  WAL          ${test.walFiles ?? 0} files in ${span(test.walSeconds ?? 0)}, last commit ${test.time ?? "none"}`,
    `  rows         ${comparedRows(test)}`,
    "",
  ].join("\n");
}

function comparedRows({ rows }: RestoreTest): string {
  if (rows === undefined || rows.note !== null) return `not compared: ${rows?.note ?? "it ended before"}`;
  const others = rows.leftOut === 0 ? "" : `; ${rows.leftOut} more were not counted then`;
  return `of ${rows.compared} tables as they were counted at ${rows.lsn}${others}`;
}

/** By which commands a restored server is looked at, and taken away: pure. */
export const howToLook = (stack: Stack, host: StackHost, name: string, { socket }: OpenRestore): string => `
look at it, for a day at most, and take it away:

  ./holdfast ssh --stack ${stack.name} ${host.name} -- sudo -u barman psql -h ${socket} -U postgres ${stack.databases[0] ?? "postgres"}
  ./holdfast restore stop --stack ${stack.name} ${name}
`;
