import { randomInt } from "node:crypto";
import { type Properties, revealAll, secret, UNKNOWN, type Value } from "../rpc/properties.ts";
import type { ResourceKind } from "../rpc/provider.ts";
import { UserError } from "../rpc/server.ts";

const CLASSES = {
  lower: { flag: "lower", minimum: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  upper: { flag: "upper", minimum: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  numeric: { flag: "numeric", minimum: "minNumeric", characters: "0123456789" },
  special: { flag: "special", minimum: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
} as const;

const DEFAULTS: Properties = {
  lower: true,
  upper: true,
  number: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const KNOWN = [...Object.keys(DEFAULTS), "length", "keepers", "overrideSpecial"];

/** random.RandomPassword of the official provider, but for `bcryptHash`, which is left out of the outputs. */
export const randomPassword: ResourceKind = {
  replacedBy: "any input",
  defaults: DEFAULTS,
  check(inputs) {
    const unknown = Object.keys(inputs).filter((key) => !KNOWN.includes(key) && key !== "__defaults");
    if (unknown.length > 0) {
      throw new UserError(
        `RandomPassword has no input "${unknown.join('", "')}"; it has ${KNOWN.join(", ")}`,
      );
    }
    if (inputs["length"] === undefined) {
      throw new UserError('RandomPassword needs "length", the number of characters');
    }
    const { number, numeric } = revealAll(inputs);
    if (number !== undefined && numeric !== undefined && number !== numeric) {
      throw new UserError('"number" is the old name of "numeric", and both are given with different values');
    }
    return inputs;
  },
  async create(_target, inputs, preview) {
    const complete = withDefaults(inputs);
    const result = preview ? UNKNOWN : generate(revealAll(complete));
    return { id: "none", outputs: { ...complete, result: secret(result) } };
  },
  // Every input replaces, so the engine never asks for this.
  update: async (_target, inputs, before) => ({ ...before, ...inputs }),
  delete: async () => {},
};

/** Of "number" and "numeric" either stands for both. */
function withDefaults(inputs: Properties): Properties {
  const numeric = inputs["numeric"] ?? inputs["number"] ?? true;
  return { ...DEFAULTS, ...inputs, number: numeric, numeric };
}

/** A password with at least the asked number of each class, the rest and the order drawn evenly. */
function generate(inputs: Properties): string {
  const length = numberOf(inputs["length"]);
  const classes = Object.values(CLASSES).map((kind) => ({
    allowed: inputs[kind.flag] !== false,
    minimum: numberOf(inputs[kind.minimum]),
    // By character, not by UTF-16 unit.
    characters: [
      ...(kind.flag === "special" ? textOr(inputs["overrideSpecial"], kind.characters) : kind.characters),
    ],
  }));
  const all = classes.flatMap((kind) => (kind.allowed ? kind.characters : []));
  const least = classes.reduce((sum, kind) => sum + kind.minimum, 0);
  if (all.length === 0 || length < Math.max(1, least)) {
    throw new UserError(
      `a password of ${length} characters with at least ${least} of given classes cannot be made from ${all.length} characters`,
    );
  }
  const draw = (characters: readonly string[]) => characters[randomInt(characters.length)] ?? "";
  // A minimum holds for a class that the rest of the password is without, too.
  const drawn = classes.flatMap((kind) => Array.from({ length: kind.minimum }, () => draw(kind.characters)));
  while (drawn.length < length) {
    drawn.push(draw(all));
  }
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [drawn[last], drawn[other]] = [drawn[other] ?? "", drawn[last] ?? ""];
  }
  return drawn.join("");
}

const numberOf = (value: Value | undefined): number => (typeof value === "number" ? value : 0);
const textOr = (value: Value | undefined, fallback: string): string =>
  typeof value === "string" && value !== "" ? value : fallback;
