import { structuredPatch } from "diff";
import type { PlannedChange } from "./plan.ts";

/** How a file changes, on all the hosts where it changes alike. */
export interface FileChange {
  readonly path: string;
  readonly hosts: readonly string[];
  /** Lines as in a unified diff, without its header. */
  readonly lines: readonly string[];
}

const CONTEXT = 2;
/** A new or removed file is shown by its name; its lines would hide the changes. */
const WHOLE_FILE: readonly string[] = [];

/** The files of one component on one host, from the text that `renderBundle` made. */
function parseBundle(text: unknown): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  if (typeof text !== "string") return files;
  let path = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("/")) {
      path = line.slice(0, line.indexOf(" "));
      files.set(path, "");
    } else if (line.startsWith("  ")) {
      files.set(path, `${files.get(path) ?? ""}${line.slice(2)}\n`);
    }
  }
  return files;
}

/** The files of hosts that an update would change, each with its lines: pure. */
export function fileChanges(plan: readonly PlannedChange[]): readonly FileChange[] {
  const found = new Map<string, { path: string; hosts: string[]; lines: readonly string[] }>();
  for (const change of plan) {
    const host = hostOf(change.name);
    if (host === undefined || !change.name.endsWith("-files") || change.kind !== "update") continue;
    const before = parseBundle(change.before["stdin"]);
    const after = parseBundle(change.after["stdin"]);
    for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const [old, wanted] = [before.get(path), after.get(path)];
      if (old === wanted) continue;
      const lines = old === undefined || wanted === undefined ? WHOLE_FILE : diffLines(old, wanted);
      const title = `${path} ${old === undefined ? "is new" : wanted === undefined ? "goes" : ""}`.trim();
      const key = `${title}\n${lines.join("\n")}`;
      const known = found.get(key) ?? { path: title, hosts: [], lines };
      known.hosts.push(host);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

/** Over which all steps reach their hosts where these have no way in of their own. */
export const BASTION = "bastion";

const HOST = new RegExp(`^((?:db|proxy|ops)-\\d+|${BASTION})-`);

/** Every step on a host is named after it: "db-1-etcd-files". The bastion has none, but is a machine as well. */
export const hostOf = (name: string): string | undefined => HOST.exec(name)?.[1];

function diffLines(before: string, after: string): readonly string[] {
  const { hunks } = structuredPatch("", "", before, after, "", "", { context: CONTEXT });
  return hunks.flatMap((hunk, index) => [...(index > 0 ? ["…"] : []), ...hunk.lines]);
}
