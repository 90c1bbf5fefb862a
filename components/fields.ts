import { z } from "zod";

/**
 * The kinds of value that several schemas share. A message says what is allowed; the report adds path and value.
 * Editors and the table of settings show it as well: from the schema's patternErrorMessage, where it has a pattern.
 */

const UNITS_IN_MIB = { MiB: 1, GiB: 1024, TiB: 1024 * 1024 } as const;

const sizeInMiB = (text: string): number => {
  const [, number, unit] = /^(\d+)(MiB|GiB|TiB)$/.exec(text) ?? [];
  // The pattern admits these three units alone.
  return Number(number) * UNITS_IN_MIB[unit as keyof typeof UNITS_IN_MIB];
};

/** A size as "512MiB", "4GiB" or "1TiB"; the parsed value is a number of MiB. */
export const size = (atLeast: string) => {
  const allowed = `${atLeast} or more, as a whole number with MiB, GiB or TiB`;
  return z
    .string(allowed)
    .regex(/^[1-9]\d{0,6}(MiB|GiB|TiB)$/, allowed)
    .refine((text) => sizeInMiB(text) >= sizeInMiB(atLeast), allowed)
    .meta({ patternErrorMessage: allowed })
    .transform(sizeInMiB);
};

/** A name inside PostgreSQL that never needs quotes, in SQL or in any file. */
export const identifier = (maximum: number) =>
  text(
    new RegExp(`^[a-z_][a-z0-9_]{0,${maximum - 1}}$`),
    `1 to ${maximum} lower-case letters, digits and underscores, not starting with a digit`,
  );

export const timeOfDay = () =>
  text(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day from 00:00 to 23:59, like 02:30");

const NETWORK = "an IPv4 network in CIDR form, like 10.20.0.0/16";

/** An IPv4 network. The whole world is refused: whoever needs it can say it in two halves, and will notice. */
export const cidr = () =>
  z
    .cidrv4(NETWORK)
    .refine((text) => !text.endsWith("/0"), "a network smaller than the whole Internet, so not /0")
    .refine(isNetworkAddress, "a network address, whose bits behind the prefix are zero, like 10.20.0.0/16")
    .meta({ patternErrorMessage: NETWORK });

/** First and last address of a network, as numbers. */
export function addressRange(network: string): readonly [first: number, last: number] {
  const [address = "", prefix = ""] = network.split("/");
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return [first, first + 2 ** (32 - Number(prefix)) - 1];
}

const isNetworkAddress = (network: string): boolean => {
  const [first, last] = addressRange(network);
  return first % (last - first + 1) === 0;
};

export const dnsLabel = () =>
  text(
    /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    "1 to 40 lower-case letters, digits and hyphens, from a letter on, not ending with a hyphen",
  );

/** A certificate's own name has 64 characters at most, and the longest name of a host puts "proxy-1." before it. */
const LONGEST_DOMAIN = 56;

export const dnsName = () => {
  const allowed = `a domain name in lower case of at most ${LONGEST_DOMAIN} characters, like db.example.com`;
  return text(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    allowed,
  ).max(LONGEST_DOMAIN, allowed);
};

/** Text of one form. */
export const text = (form: RegExp, allowed: string) =>
  z.string(allowed).regex(form, allowed).meta({ patternErrorMessage: allowed });

export const count = (minimum: number, maximum: number) => {
  const allowed = `a whole number from ${minimum} to ${maximum}`;
  // The range first: its bounds are the ones to report, not those of all whole numbers.
  return z.number(allowed).min(minimum, allowed).max(maximum, allowed).int(allowed);
};

export const number = (minimum: number, maximum: number) => {
  const allowed = `a number from ${minimum} to ${maximum}`;
  return z.number(allowed).min(minimum, allowed).max(maximum, allowed);
};
