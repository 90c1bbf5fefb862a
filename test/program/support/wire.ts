import * as pulumi from "@pulumi/pulumi";

/** The program's values as they travel to the engine: plain JSON with marks for secrets and for what is not known. */
const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;

/** A text, number or boolean within an input, and where it is: "connection.privateKey", "triggers[0]". */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
  /** Whether it, or anything around it, is secret. */
  readonly secret: boolean;
  readonly known: boolean;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSecret = (value: unknown): value is { readonly value: unknown } =>
  isObject(value) && value[specialSigKey] === specialSecretSig;

/** Every leaf of a value. An empty list or group has none. */
export function leavesOf(value: unknown, path = "", secret = false): readonly Leaf[] {
  if (isSecret(value)) {
    return leavesOf(value.value, path, true);
  }
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => leavesOf(each, `${path}[${index}]`, secret));
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, each]) =>
      leavesOf(each, path === "" ? key : `${path}.${key}`, secret),
    );
  }
  return [{ path, value, secret, known: value !== unknownValue }];
}

/** The value without its marks; what is not known is undefined. */
export function plain(value: unknown): unknown {
  if (isSecret(value)) {
    return plain(value.value);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  }
  return value === unknownValue ? undefined : value;
}

/** A value as the engine returns a secret output. */
export const asSecret = (value: unknown): unknown =>
  isSecret(value) ? value : { [specialSigKey]: specialSecretSig, value };
