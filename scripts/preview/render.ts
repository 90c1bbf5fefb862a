import type { FileChange } from "./files.ts";
import type { Impact } from "./impact.ts";
import type { PlannedChange } from "./plan.ts";

const COUNTED: readonly PlannedChange["kind"][] = ["create", "update", "replace", "delete"];

/** The changes of an update as a person reads them before saying yes: pure. */
export function renderPreview(
  plan: readonly PlannedChange[],
  files: readonly FileChange[],
  impact: Impact,
): string {
  const counts = COUNTED.map((kind) => [kind, plan.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} to ${kind}`);
  return [
    ...files.flatMap(({ path, hosts, lines }) => [
      "",
      `${path} (${hosts.join(", ")})`,
      ...lines.map((line) => `  ${line}`),
    ]),
    ...(files.length > 0 ? [""] : []),
    "What this does:",
    ...(impact.sentences.length > 0 ? impact.sentences : ["nothing that a client or a server notices"]).map(
      (sentence) => `  - ${sentence}`,
    ),
    "",
    `${plan.length} resources: ${counts.join(", ")}`,
    "",
  ].join("\n");
}
