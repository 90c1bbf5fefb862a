import Table from "cli-table3";
import type { FaultResult } from "./run-fault.ts";

const PLAIN = { style: { head: [], border: [] } };

/** What a person reads at the end of the suite: pure. */
export function renderFaults(results: readonly FaultResult[]): string {
  const table = new Table({
    head: [
      "fault",
      "gap s",
      "at most",
      "a client s",
      "acknowledged",
      "missing",
      "two primaries s",
      "whole s",
      "leader",
      "result",
    ],
    ...PLAIN,
  });
  for (const each of results) {
    const overlap = Object.entries(each.overlapSeconds).map(
      ([who, seconds]) => `${who} ${seconds.toFixed(1)}`,
    );
    table.push([
      each.fault,
      each.gapSeconds.toFixed(1),
      each.gapBoundSeconds,
      each.waitSeconds.toFixed(1),
      each.acknowledged,
      each.missing ?? "unknown",
      overlap.join("\n"),
      each.wholeSeconds?.toFixed(1) ?? "never",
      each.leaderBefore === each.leaderAfter
        ? each.leaderBefore
        : `${each.leaderBefore} → ${each.leaderAfter ?? "none"}`,
      each.problems.length === 0 ? "ok" : "FAILED",
    ]);
  }
  const problems = results.flatMap(({ fault, problems }) =>
    problems.map((problem) => `${fault}: ${problem}`),
  );
  return [table.toString(), ...problems, ""].join("\n");
}
