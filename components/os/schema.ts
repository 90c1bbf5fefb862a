import { z } from "zod";

/** The zones that Node knows are the IANA names, which are those of Debian's tzdata. */
const TIME_ZONES = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", "Etc/UTC"]);

export const osSchema = z.strictObject({
  timeZone: z
    .string()
    .refine((name) => TIME_ZONES.has(name), "the name of a time zone, like Etc/UTC or Europe/Berlin")
    .default("Etc/UTC"),
});
export type OsConfig = z.infer<typeof osSchema>;
