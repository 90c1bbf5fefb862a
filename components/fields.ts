import { z } from "zod";

/** The kinds of value that several schemas share. A message says what is allowed; the report adds path and value. */

const UNITS_IN_MIB = { MiB: 1, GiB: 1024, TiB: 1024 * 1024 } as const;

const sizeInMiB = (text: string): number => {
  const [, number, unit] = /^(\d+)(MiB|GiB|TiB)$/.exec(text) ?? [];
  // The pattern admits these three units alone.
  return Number(number) * UNITS_IN_MIB[unit as keyof typeof UNITS_IN_MIB];
};

/** A size as "512MiB", "4GiB" or "1TiB"; the parsed value is a number of MiB. */
export const size = (atLeast: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}(MiB|GiB|TiB)$/, `a whole number with MiB, GiB or TiB, like "${atLeast}"`)
    .refine((text) => sizeInMiB(text) >= sizeInMiB(atLeast), `${atLeast} or more`)
    .transform(sizeInMiB);

/** A name inside PostgreSQL that never needs quotes, in SQL or in any file. */
export const identifier = (maximum: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[a-z_][a-z0-9_]{0,${maximum - 1}}$`),
      `1 to ${maximum} lower-case letters, digits and underscores, not starting with a digit`,
    );

/** An IPv4 network. The whole world is refused: whoever needs it can say it in two halves, and will notice. */
export const cidr = () =>
  z
    .cidrv4("an IPv4 network in CIDR form, like 10.20.0.0/16")
    .refine((text) => !text.endsWith("/0"), "a network smaller than the whole Internet, so not /0")
    .refine(isNetworkAddress, "a network address, whose bits behind the prefix are zero, like 10.20.0.0/16");

function isNetworkAddress(text: string): boolean {
  const [address = "", prefix = ""] = text.split("/");
  const value = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return value % 2 ** (32 - Number(prefix)) === 0;
}

export const dnsLabel = () =>
  z
    .string()
    .regex(
      /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
      "1 to 40 lower-case letters, digits and hyphens, from a letter on",
    );

export const dnsName = () =>
  z
    .string()
    .max(180)
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
      "a domain name in lower case, like db.example.com",
    );

export const count = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);
