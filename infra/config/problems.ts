import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { holdsSecret, takenPlaceBy } from "./other-names.ts";

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
  const wanted = word.toLowerCase();
  const [nearest] = names
    .map((name) => ({ name, changes: distance(wanted, name.toLowerCase()) }))
    // The first letter is seldom the slip.
    .sort(
      (a, b) => a.changes - b.changes || Number(b.name[0] === wanted[0]) - Number(a.name[0] === wanted[0]),
    );
  // As many changes as the word has letters would make any word of it.
  return nearest !== undefined &&
    nearest.changes <= Math.max(2, word.length / 3) &&
    nearest.changes < word.length
    ? nearest.name
    : undefined;
}

const change = (path: string, value = "VALUE") => `pulumi config set --path 'holdfast:${path}' ${value}`;

/**
 * Problems of one section's shape, from zod's. A wrong value is reported once: the checks behind the first one that
 * failed look at a value that is not of their kind.
 */
export function shapeProblems(
  section: string,
  raw: unknown,
  schema: z.ZodType,
  error: z.ZodError,
): Problem[] {
  const problems = error.issues.flatMap((issue) => issueProblems(section, raw, schema, issue));
  return problems.filter(({ path }, index) => problems.findIndex((each) => each.path === path) === index);
}

function issueProblems(section: string, raw: unknown, schema: z.ZodType, issue: z.core.$ZodIssue): Problem[] {
  const path = joinPath([section, ...issue.path]);
  const got = valueAt(raw, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) =>
      unknownKey(joinPath([section, ...issue.path, key]), valueAt(got, [key]), key, known),
    );
  }
  return [{ path, got, allowed: issue.message, change: changeFor(issue, path, got) }];
}

function changeFor(issue: z.core.$ZodIssue, path: string, got: unknown): string {
  switch (issue.code) {
    case "invalid_value": {
      const guess = typeof got === "string" ? didYouMean(got, issue.values.map(String)) : undefined;
      return change(path, guess ?? String(issue.values[0]));
    }
    case "invalid_type":
      if (!GROUPS.includes(issue.expected)) return change(path, asPlain(issue.expected, got));
      return got === null || got === ""
        ? `remove the empty "${lastName(path)}", or write ${KINDS[issue.expected]} there, in the stack's file`
        : `write ${KINDS[issue.expected]} there, in the stack's file`;
    case "too_small":
      return issue.origin === "array"
        ? "add to the list, in the stack's file"
        : change(path, `${issue.minimum}`);
    case "too_big":
      return issue.origin === "array"
        ? "shorten the list, in the stack's file"
        : issue.origin === "string"
          ? change(path)
          : change(path, `${issue.maximum}`);
    case "invalid_format":
      return change(path, sizeMeant(issue.message, got));
    default:
      return change(path);
  }
}

const lastName = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

/** A number or a switch that was written as text. */
function asPlain(expected: string, got: unknown): string | undefined {
  if (typeof got !== "string") return undefined;
  if (expected === "boolean") {
    const word = got.toLowerCase();
    if (["yes", "on", "1", "true"].includes(word)) return "true";
    return ["no", "off", "0", "false"].includes(word) ? "false" : undefined;
  }
  return expected !== "string" && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(got) ? got : undefined;
}

/** A size with a unit that means the same to whoever wrote it. */
function sizeMeant(allowed: string, got: unknown): string | undefined {
  const [, number, prefix] = /^\s*([1-9]\d*)\s*([MGT])i?B?\s*$/i.exec(String(got)) ?? [];
  return prefix !== undefined && allowed.endsWith("MiB, GiB or TiB")
    ? `${number}${prefix.toUpperCase()}iB`
    : undefined;
}

export function unknownKey(path: string, got: unknown, key: string, known: readonly string[]): Problem {
  const instead = takenPlaceBy(key);
  const guess = didYouMean(key, known);
  return {
    path,
    got: holdsSecret(key) && got !== undefined ? SECRET : got,
    allowed: `there is no such setting; here may be: ${[...known].sort().join(", ")}`,
    change:
      instead !== undefined
        ? `remove "${key}": ${instead}`
        : guess
          ? `rename "${key}" to "${guess}", or remove it`
          : `remove "${key}"`,
  };
}

/** Stands in a problem for a value that must not be shown. */
export const SECRET: unique symbol = Symbol("secret");

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
  record: "a group of settings",
};

/** Kinds that one command cannot set. */
const GROUPS: readonly string[] = ["array", "object", "record"];

/** What is allowed where a schema has no words of its own for it: zod asks this before its own English. */
export const allowedInGeneral: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return KINDS[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map(show).join(", ");
    case "too_small":
      return `${issue.minimum} or more${UNITS[issue.origin] ?? ""}`;
    case "too_big":
      return `${issue.maximum} or less${UNITS[issue.origin] ?? ""}`;
    default:
      return "a value of another form";
  }
};

const UNITS: Readonly<Record<string, string>> = { array: " entries", string: " characters" };

/** As Pulumi's --path takes it: databases[0].name, postgres.settings["auto_explain.log_nested_statements"]. */
export const joinPath = (parts: readonly PropertyKey[]): string =>
  parts.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (/[^A-Za-z0-9_-]/.test(String(part))) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");

/** What stands at a path of something that was not checked yet. */
export function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
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

const LONGEST = 200;

/** On one line, whatever it is. */
function show(value: unknown): string {
  if (value === SECRET) return "[secret]";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

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
