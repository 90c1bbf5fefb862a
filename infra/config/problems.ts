import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/** One thing that is wrong, with all that a person needs to mend it. */
export interface Problem {
  /** Where, as in the stack's file: "hosts.database.count". */
  readonly path: string;
  /** The value that was found; undefined where one is missing. */
  readonly got: unknown;
  readonly allowed: string;
  readonly change: string;
}

/** The one name of a list that a misspelt one probably was. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) {
    return undefined;
  }
  const nearest = closest(word.toLowerCase(), [...names]);
  return distance(word.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, word.length / 3)
    ? nearest
    : undefined;
}

const change = (path: string, value = "VALUE") => `pulumi config set --path 'holdfast:${path}' ${value}`;

/** Problems of one section's shape, from zod's. */
export function shapeProblems(
  section: string,
  raw: unknown,
  schema: z.ZodType,
  error: z.ZodError,
): Problem[] {
  return error.issues.flatMap((issue) => issueProblems(section, raw, schema, issue));
}

function issueProblems(section: string, raw: unknown, schema: z.ZodType, issue: z.core.$ZodIssue): Problem[] {
  const path = joinPath([section, ...issue.path]);
  const got = valueAt(raw, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => unknownKey(`${path}.${key}`, valueAt(got, [key]), key, known));
  }
  if (issue.code === "invalid_value") {
    const guess = typeof got === "string" ? didYouMean(got, issue.values.map(String)) : undefined;
    const allowed = issue.message.startsWith("Invalid") ? issue.values.map(show).join(", ") : issue.message;
    return [{ path, got, allowed, change: change(path, guess ?? String(issue.values[0])) }];
  }
  return [{ path, got, allowed: allowedBy(issue), change: change(path) }];
}

export function unknownKey(path: string, got: unknown, key: string, known: readonly string[]): Problem {
  const guess = didYouMean(key, known);
  return {
    path,
    got,
    allowed: `there is no such setting; here may be: ${[...known].sort().join(", ")}`,
    change: guess ? `rename "${key}" to "${guess}"` : `remove "${key}"`,
  };
}

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
  record: "a group of settings",
};

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return KINDS[issue.expected] ?? issue.expected;
    case "too_small":
      return issue.origin === "array" ? issue.message : `${issue.minimum} or more`;
    case "too_big":
      return `${issue.maximum} or less${issue.origin === "array" ? " entries" : ""}`;
    default:
      return issue.message;
  }
}

/** A list's entry is written as Pulumi's --path takes it: databases[0].name. */
export const joinPath = (parts: readonly PropertyKey[]): string =>
  parts.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  );
}

/** The settings that exist at a path, from the schema itself. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  const unwrap = (value: unknown): unknown => {
    let inner = value;
    while (typeof inner === "object" && inner !== null) {
      const def: unknown = Reflect.get(inner, "def");
      const next = typeof def === "object" && def !== null ? Reflect.get(def, "innerType") : undefined;
      if (next === undefined) return inner;
      inner = next;
    }
    return inner;
  };
  for (const key of path) {
    current = unwrap(current);
    if (typeof current !== "object" || current === null) return [];
    const shape: unknown = Reflect.get(current, "shape");
    current =
      typeof key === "number"
        ? Reflect.get(current, "element")
        : typeof shape === "object" && shape !== null
          ? Reflect.get(shape, key)
          : undefined;
  }
  current = unwrap(current);
  const shape: unknown =
    typeof current === "object" && current !== null ? Reflect.get(current, "shape") : undefined;
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

const show = (value: unknown): string =>
  typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? "nothing");

/** All problems as one text, for the engine's error. */
export function formatProblems(stack: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "one problem" : `${problems.length} problems`;
  return [
    `the configuration of the stack "${stack}" has ${count}; nothing was changed.`,
    ...problems.map(
      (problem) =>
        `\n  holdfast:${problem.path}\n    found    ${show(problem.got)}\n    allowed  ${problem.allowed}\n    next     ${problem.change}`,
    ),
    "",
  ].join("\n");
}
