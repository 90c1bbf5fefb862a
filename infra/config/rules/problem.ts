import type { Problem } from "../problems.ts";

export const problem = (path: string, got: unknown, allowed: string, change: string): Problem => ({
  path,
  got,
  allowed,
  change,
});

/** Place and value of each entry that stood before already. */
export function duplicates(all: readonly string[]): [number, string][] {
  return all.flatMap((name, index): [number, string][] => (all.indexOf(name) < index ? [[index, name]] : []));
}
