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
    return { ...DEFAULTS, ...inputs };
  },
  async create(_target, inputs, preview) {
    const result = preview ? UNKNOWN : generate(revealAll(inputs));
    return { id: "none", outputs: { ...inputs, result: secret(result) } };
  },
  // Every input replaces, so the engine never asks for this.
  update: async (_target, inputs, before) => ({ ...before, ...inputs }),
  delete: async () => {},
};

/** A password with at least the asked number of each class, the rest and the order drawn evenly. */
export function generate(inputs: Properties): string {
  const length = numberOf(inputs["length"]);
  const pools = Object.values(CLASSES)
    .filter((kind) => inputs[kind.flag] !== false)
    .map((kind) => ({
      minimum: numberOf(inputs[kind.minimum]),
      characters:
        kind.flag === "special" ? textOr(inputs["overrideSpecial"], kind.characters) : kind.characters,
    }));
  const all = pools.map((pool) => pool.characters).join("");
  const least = pools.reduce((sum, pool) => sum + pool.minimum, 0);
  if (all.length === 0 || length < Math.max(1, least)) {
    throw new UserError(
      `a password of ${length} characters with at least ${least} of given classes cannot be made from ${all.length} characters`,
    );
  }
  const draw = (characters: string) => characters[randomInt(characters.length)] ?? "";
  const drawn = pools.flatMap((pool) => Array.from({ length: pool.minimum }, () => draw(pool.characters)));
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
