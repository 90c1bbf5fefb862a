import Table from "cli-table3";
import type { Drilled } from "./cause.ts";

/** What a person reads at the end of the drills, the slowest page first: pure. */
export function renderDrills(drilled: readonly Drilled[]): string {
  const table = new Table({
    head: ["alert", "severity", "fault", "told after s", "at most", "because", "result"],
    style: { head: [], border: [] },
  });
  const told = ({ seconds }: Drilled) => seconds ?? Number.POSITIVE_INFINITY;
  const order = [...drilled].sort(
    (one, other) => one.severity.localeCompare(other.severity) || told(other) - told(one),
  );
  for (const each of order) {
    table.push([
      ...[each.alert, each.severity, each.fault, each.seconds?.toFixed(1) ?? "never", each.atMost, each.why],
      each.problems.length === 0 ? "ok" : "FAILED",
    ]);
  }
  const problems = drilled.flatMap(({ alert, problems }) =>
    problems.map((problem) => `${alert}: ${problem}`),
  );
  return [table.toString(), ...problems, ""].join("\n");
}
