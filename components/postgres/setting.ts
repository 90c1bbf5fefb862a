import type { ParameterMetadata } from "./metadata.ts";
import { textRefused } from "./text-setting.ts";

export type SettingValue = string | number | boolean;

/** A value that the server will take, as a number of the parameter's own unit where it is one; or what it takes. */
export type Checked =
  | { readonly ok: true; readonly number?: number }
  | { readonly ok: false; readonly allowed: string };

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  "8kB": 8192,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};
const MILLISECONDS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Whether the value arrives in the server of this metadata as it was meant: the rules of the server's guc.c, but for
 * what Patroni, which writes the server's file, drops or reads in another way.
 */
export function checkSetting(parameter: ParameterMetadata, value: SettingValue): Checked {
  switch (parameter.type) {
    case "bool":
      return isBoolean(value) ? { ok: true } : { ok: false, allowed: "on or off" };
    case "enum":
      return checkEnum(parameter, value);
    case "string":
      return checkString(parameter, value);
    default:
      return checkNumber(parameter, value);
  }
}

/** The server takes beginnings of these words as well, but Patroni leaves such a parameter out without an error. */
const BOOLEAN_WORDS = ["on", "off", "true", "false", "yes", "no", "1", "0"];

const isBoolean = (value: SettingValue): boolean => BOOLEAN_WORDS.includes(String(value).toLowerCase());

/** YAML reads on and off as true and false, and many enumerations have these two among their values. */
function checkEnum(parameter: ParameterMetadata, value: SettingValue): Checked {
  const values = parameter.values ?? [];
  return values.some((each) => each.toLowerCase() === enumWord(value))
    ? { ok: true }
    : { ok: false, allowed: values.join(", ") };
}

const enumWord = (value: SettingValue): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : String(value).toLowerCase();

function checkString(parameter: ParameterMetadata, value: SettingValue): Checked {
  const allowed = textRefused(parameter.name, String(value));
  return allowed === undefined ? { ok: true } : { ok: false, allowed };
}

function checkNumber(parameter: ParameterMetadata, value: SettingValue): Checked {
  const allowed = numberAllowed(parameter);
  if (parameter.type === "integer" && /^\s*[-+]?0\d/.test(String(value))) {
    return {
      ok: false,
      allowed: `${allowed}, without a leading zero, by which the server reads it as octal`,
    };
  }
  const number = typeof value === "boolean" ? undefined : toNumber(parameter, String(value).trim());
  if (number === undefined || !Number.isFinite(number)) return { ok: false, allowed };
  if (parameter.min !== undefined && number < Number(parameter.min)) return { ok: false, allowed };
  if (parameter.max !== undefined && number > Number(parameter.max)) return { ok: false, allowed };
  return { ok: true, number };
}

function toNumber(parameter: ParameterMetadata, text: string): number | undefined {
  const whole = parameter.type === "integer";
  if (whole && /^[-+]?0x[0-9a-f]+$/i.test(text)) return Number(text);
  const [, digits, unit] = /^([-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const factor = unit ? unitFactor(parameter.unit, unit) : 1;
  if (factor === undefined) return undefined;
  const number = Number(digits) * factor;
  return whole ? roundHalfToEven(number) : number;
}

/** As the server rounds: 100kB are 12.5 pages of 8kB, of which it makes 12. */
function roundHalfToEven(number: number): number {
  const rounded = Math.round(number);
  return rounded - number === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** How many of the parameter's own units one of the written unit is; undefined where it has no such unit. */
function unitFactor(own: string | undefined, written: string): number | undefined {
  if (own === undefined) return undefined;
  for (const table of [BYTES, MILLISECONDS]) {
    const base = table[own];
    const factor = written === "8kB" ? undefined : table[written];
    if (base !== undefined && factor !== undefined) return factor / base;
  }
  return undefined;
}

function numberAllowed(parameter: ParameterMetadata): string {
  const kind = parameter.type === "integer" ? "a whole number" : "a number";
  const unit =
    parameter.unit === undefined ? "" : ` of ${parameter.unit}, or with a unit: ${unitsFor(parameter.unit)}`;
  return `${kind} from ${parameter.min} to ${parameter.max}${unit}`;
}

const unitsFor = (own: string): string =>
  own in BYTES ? "B, kB, MB, GB, TB (in just this case)" : "us, ms, s, min, h, d";

const MIB = 1024 ** 2;

/** A memory parameter's value in MiB; the value must have passed checkSetting. */
export function settingInMiB(parameter: ParameterMetadata, value: SettingValue): number {
  const checked = checkSetting(parameter, value);
  const unit = BYTES[parameter.unit ?? ""];
  if (!checked.ok || checked.number === undefined || unit === undefined) {
    throw new Error(`${parameter.name} = ${String(value)} is not a size`);
  }
  return (checked.number * unit) / MIB;
}
