import { describe, expect, test } from "vitest";
import { cidr, count, dnsLabel, dnsName, identifier, number, size } from "../../../components/fields.ts";

describe("sizes", () => {
  const memory = size("256MiB");

  test.each([
    ["256MiB", 256],
    ["1GiB", 1024],
    ["3TiB", 3 * 1024 * 1024],
  ])("%s is %i MiB", (text, mebibytes) => {
    expect(memory.parse(text)).toBe(mebibytes);
  });

  test.each([
    "255MiB",
    "1GB",
    "1G",
    "1 GiB",
    "1.5GiB",
    "0GiB",
    "01GiB",
    "-1GiB",
    "1gib",
    "GiB",
    "",
    1024,
    null,
  ])("%j is none", (value) => {
    const result = memory.safeParse(value);
    expect(result.success).toBe(false);
    expect(new Set(result.error?.issues.map((issue) => issue.message))).toEqual(
      new Set(["256MiB or more, as a whole number with MiB, GiB or TiB"]),
    );
  });
});

describe("identifiers", () => {
  test.each(["a", "_a", "app_2", "a".repeat(48)])("%s is one", (text) => {
    expect(identifier(48).safeParse(text).success).toBe(true);
  });

  test.each(["", "2a", "App", "a-b", "a b", 'a"', "a'", "a;b", "a.b", "a\n", "ä", "a".repeat(49), "../a"])(
    "%j is none",
    (text) => {
      expect(identifier(48).safeParse(text).success).toBe(false);
    },
  );
});

describe("networks", () => {
  test.each(["10.0.0.0/8", "192.168.1.0/24", "192.168.1.7/32", "128.0.0.0/1", "10.0.0.128/25"])(
    "%s is one",
    (text) => {
      expect(cidr().safeParse(text).success).toBe(true);
    },
  );

  test.each([
    "0.0.0.0/0",
    "10.0.0.0/0",
    "10.0.0.1/8",
    "10.0.0.64/25",
    "10.0.0.0",
    "10.0.0/8",
    "10.0.0.0/33",
    "256.0.0.0/8",
    "::/0",
    "fd00::/8",
    "",
  ])("%j is none", (text) => {
    expect(cidr().safeParse(text).success).toBe(false);
  });
});

describe("names in the DNS", () => {
  test.each(["a", "db-1", "a".repeat(40)])("%s is a label", (text) => {
    expect(dnsLabel().safeParse(text).success).toBe(true);
  });

  test.each(["", "1a", "-a", "a-", "A", "a.b", "a_b", "a".repeat(41), "a\n"])("%j is no label", (text) => {
    expect(dnsLabel().safeParse(text).success).toBe(false);
  });

  test.each(["a.b", "db.example.com", "x-1.holdfast.internal"])("%s is a name", (text) => {
    expect(dnsName().safeParse(text).success).toBe(true);
  });

  test.each(["a", "a.", ".a", "a..b", "a.B", "a.-b", `a.${"b".repeat(64)}`, `${"abc.".repeat(45)}d`])(
    "%j is no name",
    (text) => {
      expect(dnsName().safeParse(text).success).toBe(false);
    },
  );
});

test("counts are whole and within their bounds", () => {
  const two = count(2, 4);
  expect([1, 2, 4, 5, 2.5, "3", null].map((value) => two.safeParse(value).success)).toEqual([
    ...[false, true, true, false, false, false, false],
  ]);
  expect(two.safeParse(9).error?.issues[0]?.message).toBe("a whole number from 2 to 4");
});

test("numbers are within their bounds", () => {
  const some = number(0.25, 8);
  expect([0.2, 0.25, 8, 8.1, Number.NaN, "1"].map((value) => some.safeParse(value).success)).toEqual([
    ...[false, true, true, false, false, false],
  ]);
});
