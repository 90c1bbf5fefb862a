import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  containsSecret,
  containsUnknown,
  equal,
  fromStruct,
  type Properties,
  reveal,
  revealAll,
  secret,
  toStruct,
  UNKNOWN,
  type Value,
} from "../../../scripts/engine/plugins/rpc/properties.ts";
import * as documented from "./support/values.ts";

/** JavaScript's own name for something else, which the library of the wire's format stumbles over. */
const keys = fc.string().filter((key) => key !== "__proto__");

/** Any value without marks; the wire knows neither -0 nor what JSON does not. */
const plain: fc.Arbitrary<Value> = fc.letrec<{ value: Value; object: Properties }>((tie) => ({
  object: fc.dictionary(keys, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
})).value;

/** The same value with a mark at places that the numbers choose. */
function marked(value: Value, choices: Iterator<boolean>): Value {
  const inner = Array.isArray(value)
    ? value.map((each: Value) => marked(each, choices))
    : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, marked(each, choices)]))
      : value;
  return choices.next().value === true ? secret(inner) : inner;
}

const withMarks = fc
  .tuple(plain, fc.infiniteStream(fc.boolean()))
  .map(([value, choices]) => ({ value, marked: marked(value, choices) }));

describe("secret marks", () => {
  test("are the documented ones", () => {
    expect(secret("x")).toEqual(documented.secret("x"));
    expect(UNKNOWN).toBe(documented.UNKNOWN);
  });

  test("vanish altogether in reveal, wherever they are, and nothing else does", () => {
    fc.assert(
      fc.property(withMarks, (each) => {
        expect(reveal(each.marked)).toEqual(each.value);
        expect(containsSecret(reveal(each.marked))).toBe(false);
        expect(revealAll({ a: each.marked, b: 1 })).toEqual({ a: each.value, b: 1 });
      }),
    );
  });

  test("are found by containsSecret at any depth, and only where there are any", () => {
    fc.assert(
      fc.property(withMarks, (each) => {
        expect(containsSecret(each.value)).toBe(false);
        const marks = JSON.stringify(each.marked) !== JSON.stringify(each.value);
        expect(containsSecret(each.marked)).toBe(marks);
        expect(containsSecret([{ deep: [secret(each.value)] }])).toBe(true);
      }),
    );
  });

  test("of nothing reveal null", () => {
    expect(reveal({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" })).toBe(null);
  });
});

describe("what is not known", () => {
  test("is found at any depth, and only where it is", () => {
    fc.assert(
      fc.property(withMarks, (each) => {
        expect(containsUnknown(each.marked)).toBe(false);
        expect(containsUnknown([each.marked, { deep: secret([UNKNOWN]) }])).toBe(true);
      }),
    );
  });
});

describe("equal", () => {
  test("sees neither marks nor the order of keys", () => {
    fc.assert(
      fc.property(withMarks, (each) => {
        expect(equal(each.value, each.marked)).toBe(true);
        expect(equal(each.marked, reversed(each.value))).toBe(true);
      }),
    );
  });

  test("sees every other difference", () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(equal(a, b)).toBe(canonical(a) === canonical(b));
        expect(equal([a, b], [b, a])).toBe(canonical(a) === canonical(b));
        expect(equal([a], [a, b])).toBe(false);
      }),
    );
    expect(equal("1", 1)).toBe(false);
    expect(equal({}, [])).toBe(false);
    expect(equal(false, undefined)).toBe(false);
    expect(equal("", null)).toBe(false);
  });

  test("takes absent and null as the same, as the protocol does", () => {
    expect(equal(undefined, null)).toBe(true);
    expect(equal({ a: 1, b: null }, { a: 1 })).toBe(true);
  });
});

test("properties survive the wire", () => {
  fc.assert(
    fc.property(fc.dictionary(keys, plain, { noNullPrototype: true }), (properties) => {
      expect(fromStruct(toStruct(properties))).toEqual(properties);
    }),
  );
  expect(fromStruct(undefined)).toEqual({});
});

/** Its keys in another order, at every depth. */
function reversed(value: Value): Value {
  if (Array.isArray(value)) {
    return value.map(reversed);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, each]) => [key, reversed(each)]),
      )
    : value;
}

/** A text that is the same for the same value only. */
function canonical(value: Value): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join()}]`;
  }
  return typeof value === "object" && value !== null
    ? `{${Object.entries(value)
        .filter(([, each]) => each !== null)
        .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
        .sort()
        .join()}}`
    : JSON.stringify(value);
}
