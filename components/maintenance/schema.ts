import { z } from "zod";
import { timeOfDay } from "../fields.ts";

export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export const maintenanceSchema = z
  .strictObject({
    restarts: z
      .enum(["anytime", "window", "never"])
      .default("anytime")
      .describe(
        "When an update may restart PostgreSQL or replace a database host: at any time, in the window alone, or never. An update that needs it and may not is refused as a whole.",
      ),
    window: z
      .strictObject({
        days: z
          .array(z.enum(WEEKDAYS))
          .min(1, "at least one day")
          .max(7, "each day once")
          .default(["sun"])
          .describe("Days on which the window opens."),
        from: timeOfDay().default("02:00").describe("When it opens, in os.timeZone."),
        to: timeOfDay()
          .default("05:00")
          .describe("When it closes; a time before `from` is one of the next day."),
      })
      .prefault({})
      .describe("The maintenance window."),
  })
  .describe("When disruptive changes are allowed.");
export type MaintenanceConfig = z.infer<typeof maintenanceSchema>;
