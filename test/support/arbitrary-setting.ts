import fc from "fast-check";
import type { ParameterMetadata } from "../../components/postgres/metadata.ts";
import type { SettingValue } from "../../components/postgres/setting.ts";

/** Signs that some program on the way has a use for. */
const SIGNS = [..."'\"\\%$`#;:,=&|<>(){}[]!*?~-_/@^ \u00a0\u0085\u2028\u007fäß€😀\u0301"];
/** Texts that some format reads as something else than text. */
const WORDS = [
  "null",
  "~",
  "on",
  "no",
  "true",
  "1e3",
  "0x10",
  "017",
  "1:30",
  "- a",
  "a: b",
  "{}",
  "[1]",
  "\\n",
  "\\x41",
];

const SURROGATES = { first: 0xd800, count: 0x800 };
/** Every character but control characters. */
const character = fc
  .integer({ min: 0x20, max: 0x10ffff - SURROGATES.count })
  .map((point) => String.fromCodePoint(point < SURROGATES.first ? point : point + SURROGATES.count));

/** A text that the rules take: of odd signs, of any characters, long, or of words that are no text elsewhere. */
export const freeText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 24 }),
  fc.string({ unit: fc.oneof(character, fc.constantFrom(...SIGNS)), maxLength: 40 }),
  fc.constantFrom(...WORDS),
  fc.tuple(fc.constantFrom(...WORDS), fc.nat({ max: 3 })).map(([word, blanks]) => {
    const around = " ".repeat(blanks);
    return `${around}${word}${around}`;
  }),
  fc.integer({ min: 1000, max: 5000 }).map((length) => "'\\".repeat(length)),
);

const INTEGER_FORMS = [
  String,
  (n: number) => ` ${n} `,
  (n: number) => `+${n}`,
  (n: number) => `${n}.4`,
  (n: number) => `0x${n.toString(16)}`,
];
const MEMORY = ["B", "kB", "MB", "GB"];
const TIMES = ["us", "ms", "s", "min", "h", "d"];

/** Values of a parameter's kind, at and between its bounds and in all ways of writing; the rules refuse some. */
export function settingValue(parameter: ParameterMetadata): fc.Arbitrary<SettingValue> {
  const units = parameter.unit === undefined ? [] : /B$/.test(parameter.unit) ? MEMORY : TIMES;
  switch (parameter.type) {
    case "bool":
      return fc.constantFrom<SettingValue>(
        true,
        false,
        0,
        1,
        "on",
        "OFF",
        "yes",
        "No",
        "true",
        "t",
        "of",
        "1",
      );
    case "enum":
      return fc.constantFrom<SettingValue>(true, false, ...(parameter.values ?? []));
    case "string":
      return fc.constantFrom<SettingValue>(
        "",
        "a b",
        "DMY",
        "simple",
        "pg_catalog.yiddish",
        "C",
        "Etc/UTC",
        "heap",
        "Default",
        "set, inherit",
        "view",
      );
    case "real":
      return numbers(parameter, [0.5, 1, 2.25, 100], [String, (n) => `${n}e0`, (n) => ` ${n}`], units);
    default:
      return numbers(parameter, [0, 1, 12, 64, 100, 1000, 131_072], INTEGER_FORMS, units);
  }
}

function numbers(
  { min, max }: ParameterMetadata,
  between: readonly number[],
  forms: readonly ((number: number) => string)[],
  units: readonly string[],
): fc.Arbitrary<SettingValue> {
  const bounds = [Number(min), Number(max)];
  const written = fc
    .tuple(fc.constantFrom(...between), fc.constantFrom(...forms))
    .map(([number, form]) => form(number));
  const withUnit = fc
    .tuple(
      fc.constantFrom("1", "1.5", "64", "100", "2000"),
      fc.constantFrom("", " "),
      fc.constantFrom(...units, ""),
    )
    .map((parts) => parts.join(""));
  return fc.oneof(fc.constantFrom<SettingValue>(...bounds, ...between), written, withUnit);
}
