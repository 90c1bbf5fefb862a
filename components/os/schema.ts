import { z } from "zod";

/** Node knows today's names and those of before, in any case; the hosts' files have just one case. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Z]/.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }).format() !== "";
  } catch {
    return false;
  }
}

const ALLOWED = "the name of a time zone, like Etc/UTC or Europe/Berlin";

export const osSchema = z
  .strictObject({
    timeZone: z
      .string(ALLOWED)
      .refine(isTimeZone, ALLOWED)
      .default("Etc/UTC")
      .describe(
        "Time zone of the hosts, like Etc/UTC or Europe/Berlin: of their logs and of their schedules.",
      ),
  })
  .describe("The operating system of the hosts.");
export type OsConfig = z.infer<typeof osSchema>;
