import { z } from "zod";
import { count, timeOfDay } from "../fields.ts";

export const reportSchema = z
  .strictObject({
    day: count(1, 28).default(1).describe("Day of the month on which it is written."),
    at: timeOfDay().default("06:00").describe("When it is written, in os.timeZone."),
  })
  .describe("The report of the month before, on the operations host.");
export type ReportConfig = z.infer<typeof reportSchema>;
