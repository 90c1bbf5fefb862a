import { createHash } from "node:crypto";
import bcrypt from "bcryptjs";

/** bcrypt's cost, as a power of two: a password of 190 bits needs no slow hash, and each request to the server pays for it. */
const COST = "08";
const SALT_BYTES = 16;

/**
 * What Prometheus keeps in place of the password. The salt follows from the password, so that the same one is the same file: it
 * is long and random, so nobody has its hashes made beforehand.
 */
export function passwordHash(password: string): string {
  const salt = createHash("sha256").update(`salt of ${password}`).digest().subarray(0, SALT_BYTES);
  return bcrypt.hashSync(password, `$2b$${COST}$${bcrypt.encodeBase64([...salt], SALT_BYTES)}`);
}
