import { z } from "zod";
import { isTimeZone, TIME_ZONE } from "./time-zone.ts";

export const osSchema = z
  .strictObject({
    timeZone: z
      .string(TIME_ZONE)
      .refine(isTimeZone, TIME_ZONE)
      .default("Etc/UTC")
      .describe(
        "Time zone of the hosts, like Etc/UTC or Europe/Berlin: of their logs and of their schedules.",
      ),
  })
  .describe("The operating system of the hosts.");
export type OsConfig = z.infer<typeof osSchema>;
