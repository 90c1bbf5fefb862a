import { z } from "zod";

/** The zones that Node knows are the IANA names, which are those of Debian's tzdata. */
const TIME_ZONES = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", "Etc/UTC"]);

const ALLOWED = "the name of a time zone, like Etc/UTC or Europe/Berlin";

export const osSchema = z
  .strictObject({
    timeZone: z
      .string(ALLOWED)
      .refine((name) => TIME_ZONES.has(name), ALLOWED)
      .default("Etc/UTC")
      .describe(
        "Time zone of the hosts, like Etc/UTC or Europe/Berlin: of their logs and of their schedules.",
      ),
  })
  .describe("The operating system of the hosts.");
export type OsConfig = z.infer<typeof osSchema>;
