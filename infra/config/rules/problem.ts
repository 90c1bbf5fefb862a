import type { Problem } from "../problems.ts";

export const problem = (path: string, got: unknown, allowed: string, change: string): Problem => ({
  path,
  got,
  allowed,
  change,
});

/** Place and value of each entry that stood before already. */
export function duplicates<T extends string | number>(all: readonly T[]): [number, T][] {
  return all.flatMap((name, index): [number, T][] => (all.indexOf(name) < index ? [[index, name]] : []));
}
