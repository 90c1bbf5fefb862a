import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/**
 * Properties as the engine sends them. A secret is an object with this signature around its value; a value that a
 * preview cannot know yet is the other text. Both constants are part of the documented protocol.
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Value = null | boolean | number | string | readonly Value[] | Properties;
export interface Properties {
  readonly [key: string]: Value;
}

export function fromStruct(struct: Struct | undefined): Properties {
  // A Struct holds nothing but JSON values.
  return (struct?.toJavaScript() ?? {}) as Properties;
}

export function toStruct(properties: Properties): Struct {
  // The library's own type knows no readonly arrays.
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

// Array.isArray alone does not know readonly arrays.
const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

export const isObject = (value: Value | undefined): value is Properties =>
  typeof value === "object" && value !== null && !isList(value);

const isSecret = (value: Properties): boolean => value[SIGNATURE] === SECRET;

export const secret = (value: Value): Value => ({ [SIGNATURE]: SECRET, value });

/** The value without any mark of secrecy, at any depth. */
export function reveal(value: Value): Value {
  if (isList(value)) {
    return value.map(reveal);
  }
  if (!isObject(value)) {
    return value;
  }
  if (isSecret(value)) {
    return reveal(value["value"] ?? null);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

/** Like reveal, for a whole property map. */
export function revealAll(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, reveal(inner)]));
}

export function containsSecret(value: Value): boolean {
  if (isList(value)) {
    return value.some((inner) => containsSecret(inner));
  }
  return isObject(value) && (isSecret(value) || Object.values(value).some((inner) => containsSecret(inner)));
}

export function containsUnknown(value: Value): boolean {
  if (isList(value)) {
    return value.some((inner) => containsUnknown(inner));
  }
  return isObject(value) ? Object.values(value).some((inner) => containsUnknown(inner)) : value === UNKNOWN;
}

/** Equal but for marks of secrecy, the order of keys, and keys without a value. */
export const equal = (a: Value | undefined, b: Value | undefined): boolean =>
  JSON.stringify(sorted(reveal(a ?? null))) === JSON.stringify(sorted(reveal(b ?? null)));

function sorted(value: Value): Value {
  if (isList(value)) {
    return value.map(sorted);
  }
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => value[key] !== null)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}
