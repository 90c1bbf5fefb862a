import { describe, expect, test } from "vitest";
import type { ParameterMetadata } from "../../../../components/postgres/metadata.ts";
import { checkSetting, type SettingValue, settingInMiB } from "../../../../components/postgres/setting.ts";

const parameter = (given: Partial<ParameterMetadata>): ParameterMetadata => ({
  name: "some",
  type: "integer",
  context: "user",
  category: "any",
  ...given,
});

const memory = parameter({ unit: "kB", min: "64", max: "2147483647" });
const pages = parameter({ unit: "8kB", min: "16", max: "1073741823" });
const megabytes = parameter({ unit: "MB", min: "2", max: "2147483647" });
const seconds = parameter({ unit: "s", min: "0", max: "86400" });
const minutes = parameter({ unit: "min", min: "-1", max: "1000" });
const delay = parameter({ type: "real", unit: "ms", min: "-1", max: "100" });
const count = parameter({ min: "1", max: "262143" });
const cost = parameter({ type: "real", min: "0", max: "1.79769e+308" });

const numberOf = (metadata: ParameterMetadata, value: SettingValue) => {
  const checked = checkSetting(metadata, value);
  return checked.ok ? checked.number : undefined;
};

describe("numbers with a unit are counted in the parameter's own", () => {
  test.each([
    [memory, 64, 64],
    [memory, "64", 64],
    [memory, " 64 ", 64],
    [memory, "1MB", 1024],
    [memory, "1 MB", 1024],
    [memory, "1.5GB", 1_572_864],
    [memory, ".5GB", 524_288],
    [memory, "1e3", 1000],
    [memory, "65536B", 64],
    [memory, "0x100", 256],
    [pages, "1GB", 131_072],
    [pages, "128kB", 16],
    // 17.5 and 18.5: as the server rounds.
    [pages, "140kB", 18],
    [pages, "148kB", 18],
    [megabytes, "1TB", 1_048_576],
    [seconds, "1d", 86_400],
    [seconds, "90min", 5400],
    [seconds, "1500ms", 2],
    [seconds, "1h", 3600],
    [minutes, "2h", 120],
    [minutes, -1, -1],
    [delay, "500us", 0.5],
    [delay, 0.25, 0.25],
    [count, "100.4", 100],
    [count, 262_143, 262_143],
    [cost, "1.1", 1.1],
    [cost, "+4", 4],
  ])("%#: %o takes %j", (metadata, value, number) => {
    expect(numberOf(metadata, value)).toBeCloseTo(number, 9);
  });
});

describe("what is not a number in range is refused", () => {
  test.each([
    [memory, "1mb"],
    [memory, "1KB"],
    [memory, "1kb"],
    [memory, "1MiB"],
    [memory, "1s"],
    [memory, "63"],
    [memory, "1B"],
    [memory, "2TB"],
    [memory, ""],
    [memory, "much"],
    [memory, "1 2"],
    // Patroni leaves the parameter out.
    [memory, "100."],
    // The server reads it as 64.
    [memory, "0100"],
    [memory, " -0100kB"],
    [memory, "--1"],
    [memory, true],
    [memory, Number.NaN],
    [memory, Number.POSITIVE_INFINITY],
    [seconds, "1m"],
    [seconds, "1S"],
    [seconds, "1MB"],
    [seconds, "2d"],
    [delay, "1s"],
    [delay, -2],
    [count, 0],
    [count, "10kB"],
    [count, "5min"],
    [count, "1constructor"],
    [cost, -0.1],
    [cost, false],
  ])("%#: %o refuses %j", (metadata, value) => {
    expect(checkSetting(metadata, value)).toMatchObject({ ok: false });
  });

  test("with the range and the units there are", () => {
    expect(checkSetting(memory, "1mb")).toEqual({
      ok: false,
      allowed:
        "a whole number from 64 to 2147483647 of kB, or with a unit: B, kB, MB, GB, TB (in just this case)",
    });
    expect(checkSetting(seconds, "1m")).toEqual({
      ok: false,
      allowed: "a whole number from 0 to 86400 of s, or with a unit: us, ms, s, min, h, d",
    });
    expect(checkSetting(count, "0200")).toEqual({
      ok: false,
      allowed:
        "a whole number from 1 to 262143, without a leading zero, by which the server reads it as octal",
    });
    expect(checkSetting(cost, "x")).toEqual({ ok: false, allowed: "a number from 0 to 1.79769e+308" });
  });
});

describe("switches", () => {
  const jit = parameter({ type: "bool" });
  test.each([true, false, 0, 1, "0", "1", "on", "ON", "off", "yes", "No", "true"])("%j is one", (value) => {
    expect(checkSetting(jit, value)).toEqual({ ok: true });
  });

  // Of the shorter ones the server would take most, but Patroni leaves the parameter out.
  test.each(["", "o", "2", 2, -1, "enabled", "yess", "on ", "of", "y", "t", "F", "fal"])(
    "%j is none",
    (value) => {
      expect(checkSetting(jit, value)).toEqual({ ok: false, allowed: "on or off" });
    },
  );
});

describe("choices", () => {
  const hugePages = parameter({ type: "enum", values: ["off", "on", "try"] });
  const isolation = parameter({ type: "enum", values: ["serializable", "repeatable read"] });
  const protocol = parameter({ type: "enum", values: ["TLSv1.2", "TLSv1.3"] });

  test.each([
    [hugePages, "try"],
    [hugePages, "TRY"],
    // As YAML reads on and off.
    [hugePages, true],
    [hugePages, false],
    [isolation, "Repeatable Read"],
    [protocol, "TLSv1.2"],
    [protocol, "tlsv1.3"],
  ])("%#: %o takes %j", (metadata, value) => {
    expect(checkSetting(metadata, value)).toEqual({ ok: true });
  });

  test.each([
    [hugePages, "always", "off, on, try"],
    [hugePages, "tr", "off, on, try"],
    [isolation, true, "serializable, repeatable read"],
    [protocol, "TLSv1.1", "TLSv1.2, TLSv1.3"],
  ])("%#: %o refuses %j", (metadata, value, allowed) => {
    expect(checkSetting(metadata, value)).toEqual({ ok: false, allowed });
  });
});

describe("text", () => {
  const prefix = parameter({ type: "string" });

  test.each(["", "%m [%p] ", "it's", 5, true, "Grüße"])("%j is some", (value) => {
    expect(checkSetting(prefix, value)).toEqual({ ok: true });
  });

  test.each([
    ["half a character", "\ud83d", "text of whole characters"],
    ["more than the members' messages hold", "x".repeat(10_001), "text of at most 10000 characters"],
  ])("%s is not", (_, value, allowed) => {
    expect(checkSetting(prefix, value)).toEqual({ ok: false, allowed });
  });

  test("up to that length it is", () => {
    expect(checkSetting(prefix, "😀".repeat(5000))).toEqual({ ok: true });
  });

  test.each(["a\nb", "a\u0000", "\t"])("%j would break a line of a file", (value) => {
    expect(checkSetting(prefix, value)).toEqual({
      ok: false,
      allowed: "text on one line, without control characters",
    });
  });
});

describe("memory in MiB", () => {
  test.each([
    [memory, "1GB", 1024],
    [memory, 512, 0.5],
    [pages, 128, 1],
    [megabytes, "2GB", 2048],
  ])("%#: of %o, %j", (metadata, value, mebibytes) => {
    expect(settingInMiB(metadata, value)).toBe(mebibytes);
  });

  test("of what is no size is an error", () => {
    expect(() => settingInMiB(memory, "much")).toThrow("some = much is not a size");
    expect(() => settingInMiB(seconds, "1min")).toThrow("is not a size");
  });
});

describe("text of which the server knows only some", () => {
  const named = (name: string) => parameter({ name, type: "string" });
  test.each([
    ["TimeZone", "Europe/Berlin"],
    ["DateStyle", "ISO, DMY"],
    ["DateStyle", "german"],
    ["createrole_self_grant", "SET, inherit"],
    ["createrole_self_grant", ""],
    ["restrict_nonsystem_relation_kind", "view"],
    ["timezone_abbreviations", "Australia"],
    ["application_name", "a 'b' ~"],
    ["log_connections", "receipt,authorization"],
  ])("%s takes %j", (name, value) => {
    expect(checkSetting(named(name), value)).toEqual({ ok: true });
  });

  test.each([
    ["TimeZone", "US/Eastern"],
    ["TimeZone", "europe/berlin"],
    ["log_timezone", ""],
    ["DateStyle", "ISO, SQL"],
    ["DateStyle", ""],
    ["createrole_self_grant", "set inherit"],
    ["restrict_nonsystem_relation_kind", "table"],
    ["timezone_abbreviations", ""],
    ["application_name", "Grüße"],
    ["log_connections", "everything"],
  ])("%s refuses %j", (name, value) => {
    expect(checkSetting(named(name), value)).toMatchObject({ ok: false });
  });
});
