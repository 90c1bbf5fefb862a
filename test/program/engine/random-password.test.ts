import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Plugin, startPlugin } from "./support/plugin.ts";
import { ProviderClient } from "./support/provider.ts";
import { type Plain, secret, UNKNOWN } from "./support/values.ts";

let plugin: Plugin;
let client: ProviderClient;

beforeAll(async () => {
  plugin = await startPlugin("random");
  client = new ProviderClient(plugin.address, "random:index/randomPassword:RandomPassword");
});

afterAll(async () => {
  client?.close();
  await plugin?.stop();
});

/** The password itself, which has to be secret. */
async function password(inputs: Plain): Promise<string> {
  const { id, outputs } = await client.create(inputs);
  expect(id).toBe("none");
  const { result } = outputs;
  if (typeof result !== "object" || result === null || !("value" in result)) {
    throw new Error("the result is not secret");
  }
  expect(result).toEqual(secret(result.value));
  return String(result.value);
}

const passwords = (count: number, inputs: Plain): Promise<readonly string[]> =>
  Promise.all(Array.from({ length: count }, () => password(inputs)));

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";
const count = (text: string, characters: string) =>
  [...text].filter((each) => characters.includes(each)).length;

describe("a password", () => {
  test("has the length, and without more is of all four classes", async () => {
    const all = (await passwords(50, { length: 40 })).join("");
    expect(all).toHaveLength(50 * 40);
    const sizes = [LETTERS, LETTERS.toUpperCase(), "0123456789", SPECIAL].map((each) => count(all, each));
    expect(Math.min(...sizes)).toBeGreaterThan(100);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(all.length);
  });

  test.each([
    ["lower", LETTERS],
    ["upper", LETTERS.toUpperCase()],
    ["numeric", "0123456789"],
    ["number", "0123456789"],
    ["special", SPECIAL],
  ])("is without the characters of %s where that is false", async (flag, characters) => {
    const all = (await passwords(20, { length: 50, [flag]: false })).join("");
    expect(count(all, characters)).toBe(0);
  });

  test("has each character about equally often, in each place", async () => {
    const length = 32;
    const made = await passwords(1000, { length, special: false });
    expect(new Set(made).size).toBe(1000);
    const allowed = [...LETTERS, ...LETTERS.toUpperCase(), ..."0123456789"];
    const all = made.join("");
    const expected = all.length / allowed.length;
    // About 516 of each: a fair draw misses a tenth of it once in many thousand times for all 62 together.
    const uneven = allowed.filter((each) => Math.abs(count(all, each) - expected) > expected / 4);
    expect(uneven).toEqual([]);
    expect(count(all, allowed.join(""))).toBe(all.length);
    const firstDigits = made.filter((each) => /^\d/.test(each)).length;
    const lastDigits = made.filter((each) => /\d$/.test(each)).length;
    for (const digits of [firstDigits, lastDigits]) {
      expect(digits).toBeGreaterThan(80);
      expect(digits).toBeLessThan(260);
    }
  });

  test("has the minimums, anywhere in it", async () => {
    const made = await passwords(300, {
      length: 8,
      minLower: 1,
      minUpper: 2,
      minNumeric: 2,
      minSpecial: 3,
    });
    const sizes = made.map((each) =>
      [LETTERS, LETTERS.toUpperCase(), "0123456789", SPECIAL].map((characters) => count(each, characters)),
    );
    expect(new Set(sizes.map(String))).toEqual(new Set(["1,2,2,3"]));
    const places = new Set(made.map((each) => each.search(/[a-z]/)));
    expect([...places].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("has the minimum of a class that it is otherwise without", async () => {
    const made = await passwords(20, { length: 10, special: false, minSpecial: 2 });
    expect(made.map((each) => count(each, SPECIAL))).toEqual(made.map(() => 2));
  });

  test("takes its special characters from overrideSpecial, unless that is empty", async () => {
    const own = (await passwords(30, { length: 40, minSpecial: 5, overrideSpecial: "~é𝄞" })).join("");
    expect(count(own, "~é𝄞")).toBeGreaterThanOrEqual(150);
    expect(own).toMatch(/^[a-zA-Z0-9~é𝄞]+$/u);
    expect(own).toContain("𝄞");
    const empty = await password({ length: 40, minSpecial: 40, overrideSpecial: "" });
    expect(count(empty, SPECIAL)).toBe(40);
  });

  test("comes with its inputs and their defaults, and keeps their secrets", async () => {
    const { outputs } = await client.create({ length: secret(20), number: false, keepers: { a: "1" } });
    expect(outputs).toEqual({
      length: secret(20),
      keepers: { a: "1" },
      lower: true,
      upper: true,
      number: false,
      numeric: false,
      special: true,
      minLower: 0,
      minUpper: 0,
      minNumeric: 0,
      minSpecial: 0,
      result: secret(expect.any(String)),
    });
  });

  test("is not known in a preview, but is secret", async () => {
    const { outputs } = await client.create({ length: UNKNOWN }, true);
    expect(outputs).toMatchObject({ length: UNKNOWN, result: secret(UNKNOWN) });
  });
});

describe("a change", () => {
  const before = { length: 20, keepers: { a: "1" } };

  test.each<[string, Plain]>([
    ["length", { length: 21 }],
    ["keepers", { keepers: { a: "2" } }],
    ["special", { special: false }],
    ["minLower", { minLower: 1 }],
    ["overrideSpecial", { overrideSpecial: "!" }],
  ])("of %s makes another password", async (input, change) => {
    const changed = { changed: true, changes: [input], replaces: [input] };
    expect(await client.diff(before, { ...before, ...change })).toEqual(changed);
  });

  test("of nothing but how an input is written makes none", async () => {
    const none = { changed: false, changes: [], replaces: [] };
    expect(await client.diff(before, { ...before, length: secret(20) })).toEqual(none);
    // The official plugin, and older states, note these among the inputs.
    expect(await client.diff({ ...before, __defaults: [] }, before)).toEqual(none);
    expect(await client.diff({ ...before, lower: true, minUpper: 0 }, before)).toEqual(none);
  });

  test("is not the official check's: inputs stay as they are given", async () => {
    const inputs = { ...before, overrideSpecial: secret("!") };
    expect(await client.check(inputs)).toEqual(inputs);
  });
});

describe("refused is", () => {
  test.each<[string, Plain, string]>([
    ["no length", {}, 'RandomPassword needs "length"'],
    ["an unknown input", { length: 9, charset: "hidden" }, 'RandomPassword has no input "charset"'],
    ["a contradiction", { length: 9, number: true, numeric: false }, "given with different values"],
    ["a length of 0", { length: 0 }, "a password of 0 characters with at least 0"],
    ["more minimums than length", { length: 3, minLower: 2, minUpper: 2 }, "3 characters with at least 4"],
    [
      "no class at all",
      { length: 3, lower: false, upper: false, numeric: false, special: false },
      "cannot be made from 0 characters",
    ],
  ])("%s", async (_title, inputs, problem) => {
    await expect(client.create(inputs)).rejects.toThrow(problem);
  });

  test("a length that is not known outside of a preview", async () => {
    await expect(client.create({ length: UNKNOWN })).rejects.toThrow("a password of 0 characters");
  });
});
